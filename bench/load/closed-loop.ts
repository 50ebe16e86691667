import { openConnection, type Connection } from './connection.ts'
import type { Request } from './request.ts'
import { createTally, type LoadResult } from './tally.ts'

export interface LoadOptions {
  readonly url: URL
  readonly connections: number
  readonly seconds: number
  readonly next: () => Request
  /** Aborts the load. */
  readonly signal: AbortSignal
}

/** A closed loop: each connection sends its next request when the previous one is answered. */
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
      // Does not retry a refused connection in a busy loop.
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
