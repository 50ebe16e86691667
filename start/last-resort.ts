import type { Logger } from '../platform/runtime/logger.ts'
import { isLostConnection, isOutOfRoom } from '../platform/runtime/outage.ts'

/** Codes of a stream whose other end is gone, beside those of connections. */
const closedCodes = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ABORT_ERR',
])

/**
 * The last net under every emitter and promise: an error of a connection that nobody listened for, in a library perhaps, costs
 * that connection and not the process. Any other error that nobody caught may have left things half done: the process ends,
 * and whatever supervises it starts it again.
 */
export function surviveLostConnections(log: Logger): void {
  const judge = (error: unknown): void => {
    if (isOfConnection(error)) {
      log.error({ err: error }, 'unhandled connection error')
      return
    }
    log.fatal({ err: error }, 'unhandled error; the process ends')
    process.stderr.write(`The process ends: ${error instanceof Error ? error.message : 'an unknown error'}\n`)
    process.exit(1)
  }
  process.on('uncaughtException', judge)
  process.on('unhandledRejection', judge)
  // Who read what is printed here may have gone.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
}

function isOfConnection(error: unknown): boolean {
  if (isLostConnection(error) || isOutOfRoom(error)) return true
  return error instanceof Error && closedCodes.has(String((error as NodeJS.ErrnoException).code))
}
