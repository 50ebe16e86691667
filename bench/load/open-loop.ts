import type { LoadOptions } from './closed-loop.ts'
import { openConnection, type Connection } from './connection.ts'
import { createTally, type LoadResult } from './tally.ts'

export interface OpenLoopOptions extends LoadOptions {
  /** Requests per second. */
  readonly rate: number
}

/**
 * An open loop: sends at a fixed rate regardless of answers. Latency is measured from when a request was due, so waiting for a
 * free connection counts. Requests are due at whole milliseconds. Requests that are not answered within twice the duration
 * count as errors.
 */
export async function runOpenLoop(options: OpenLoopOptions): Promise<LoadResult> {
  const { url, connections, seconds, rate, next, signal } = options
  const tally = createTally()
  const start = performance.now()
  const end = start + seconds * 1_000
  const total = Math.ceil(rate * seconds)
  const opened = Array.from({ length: connections }, () => openConnection(url))
  const idle = [...opened]
  let sent = 0
  let answered = 0

  const dueAt = (index: number): number => start + Math.ceil((index / rate) * 1_000)

  function sendWhatIsDue(): void {
    const now = performance.now()
    for (let due = dueAt(sent); sent < total && due <= now; due = dueAt(sent)) {
      const connection = idle.pop()
      if (!connection) return
      send(connection, due)
    }
  }

  function send(connection: Connection, due: number): void {
    const request = next()
    sent++
    connection.send(request, (outcome) => {
      answered++
      tally.add(request.kind, performance.now() - due, outcome)
      idle.push(connection)
      sendWhatIsDue()
    })
  }

  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      sendWhatIsDue()
      if (answered < total && performance.now() < end + seconds * 1_000 && !signal.aborted) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  for (const connection of opened) connection[Symbol.dispose]()
  for (let index = answered; index < total; index++) {
    tally.add('unanswered', performance.now() - dueAt(index), { problem: 'it was not answered in time', bytes: 0 })
  }
  return tally.result(performance.now() - start)
}
