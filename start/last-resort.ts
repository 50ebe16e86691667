import type { Logger } from '../platform/runtime/logger.ts'
import { isLostConnection, isOutOfRoom } from '../platform/runtime/outage.ts'

/** Codes of a stream whose other end has closed, in addition to those of connections. */
const closedCodes = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ABORT_ERR',
])

/**
 * The last handler for errors of any emitter or promise: a connection error that nobody handled, perhaps in a library, closes
 * that connection but not the process. After any other uncaught error the state may be inconsistent, so the process ends and
 * its supervisor restarts it.
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
  // The reader of standard output may have closed it.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
}

function isOfConnection(error: unknown): boolean {
  if (isLostConnection(error) || isOutOfRoom(error)) return true
  return error instanceof Error && closedCodes.has(String((error as NodeJS.ErrnoException).code))
}
