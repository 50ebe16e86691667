import { open } from 'node:fs/promises'
import { devNull } from 'node:os'
import type { Logger } from '../platform/runtime/logger.ts'
import { isOutOfRoom } from '../platform/runtime/outage.ts'

const lookEveryMs = 2_000

/**
 * Checks regularly whether this process can still open a file, and logs when it cannot: Node then drops connections without any
 * message.
 *
 * @param attempt rejects when no file can be opened.
 */
export function watchDescriptors(
  log: Logger,
  attempt: () => Promise<void> = openOne,
  everyMs = lookEveryMs,
): Disposable {
  let isOut = false
  const timer = setInterval(() => {
    attempt().then(
      () => {
        if (isOut) log.warn('file descriptors are available again')
        isOut = false
      },
      (error: unknown) => {
        if (!isOut && isOutOfRoom(error)) {
          log.error({ err: error }, 'out of file descriptors: new connections are dropped; raise the limit (ulimit -n)')
          isOut = true
        }
      },
    )
  }, everyMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function openOne(): Promise<void> {
  await (await open(devNull)).close()
}
