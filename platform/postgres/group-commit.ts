import { Unavailable } from '../runtime/errors.ts'
import { concernsData, isRetryable } from './database.ts'

/** Many small writes, written together. Disposing takes no further ones and waits until the others are answered. */
export interface GroupCommit<Write, Result> extends AsyncDisposable {
  /**
   * Answers after the transaction that holds this write has committed.
   *
   * @throws Unavailable once it is disposed of.
   */
  submit(write: Write): Promise<Result>
}

/** The answer to one write of a group: its result, or the error that concerns it alone. */
export type Outcome<Result> = Result | Error

/**
 * Collects the writes that arrive while a transaction is under way and writes them in the next one, so that a hot row
 * is updated once per group and not once per write. Nothing waits when nothing is under way, and an answer always
 * follows the commit.
 *
 * @param commit writes a group in one transaction and answers in its order; throwing means nothing was written.
 * @param largest how many writes a group may hold.
 */
export function createGroupCommit<Write, Result>(
  commit: (writes: readonly Write[]) => Promise<readonly Outcome<Result>[]>,
  largest = 500,
): GroupCommit<Write, Result> {
  interface Waiting {
    readonly write: Write
    readonly resolve: (result: Result) => void
    readonly reject: (reason: unknown) => void
  }
  const waiting: Waiting[] = []
  let running: Promise<void> | null = null
  let disposed = false

  async function run(): Promise<void> {
    // Writes of the same turn of the event loop go together.
    await Promise.resolve()
    while (waiting.length > 0) await settle(waiting.splice(0, largest))
    running = null
  }

  async function settle(group: readonly Waiting[], attempt = 1): Promise<void> {
    try {
      const outcomes = await commit(group.map((entry) => entry.write))
      group.forEach((entry, index) => {
        const outcome = outcomes[index]
        if (outcome instanceof Error) entry.reject(outcome)
        else entry.resolve(outcome as Result)
      })
    } catch (error) {
      if (isRetryable(error) && attempt < 5) await settle(group, attempt + 1)
      // One bad write must not take its neighbours down: halves of halves find it.
      else if (concernsData(error) && group.length > 1) {
        const middle = Math.ceil(group.length / 2)
        await settle(group.slice(0, middle))
        await settle(group.slice(middle))
      } else for (const entry of group) entry.reject(error)
    }
  }

  return {
    submit(write) {
      if (disposed) return Promise.reject(new Unavailable())
      return new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject })
        running ??= run()
      })
    },
    async [Symbol.asyncDispose]() {
      disposed = true
      await running
    },
  }
}
