import { openConnection, type Connection } from './connection.ts'
import type { Request } from './request.ts'
import { createTally, type LoadResult } from './tally.ts'

export interface LoadOptions {
  readonly url: URL
  readonly connections: number
  readonly seconds: number
  readonly next: () => Request
  /** Ends the load early. */
  readonly signal: AbortSignal
}

/**
 * Asks as fast as it is answered: each connection sends its next request when its last one is answered.
 */
export async function runClosedLoop({ url, connections, seconds, next, signal }: LoadOptions): Promise<LoadResult> {
  const tally = createTally()
  const start = performance.now()
  const end = start + seconds * 1_000

  function keepAsking(connection: Connection, whenOver: () => void): void {
    const sentAt = performance.now()
    if (sentAt >= end || signal.aborted) {
      whenOver()
      return
    }
    const request = next()
    connection.send(request, (outcome) => {
      tally.add(request.kind, performance.now() - sentAt, outcome)
      // A door that is closed is not knocked at in a busy loop.
      if (outcome.bytes > 0) keepAsking(connection, whenOver)
      else setTimeout(() => keepAsking(connection, whenOver), 10)
    })
  }

  const opened = Array.from({ length: connections }, () => openConnection(url))
  await Promise.all(opened.map((connection) => new Promise<void>((resolve) => keepAsking(connection, resolve))))
  const took = performance.now() - start
  for (const connection of opened) connection[Symbol.dispose]()
  return tally.result(took)
}
