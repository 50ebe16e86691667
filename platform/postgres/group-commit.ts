import { groupCommits } from '../metrics/measured.ts'
import { Unavailable } from '../runtime/errors.ts'
import { concernsData, isRetryable } from './database.ts'

/** Combines many small writes into one transaction. Disposing rejects new writes and waits for the pending ones. */
export interface GroupCommit<Write, Result> extends AsyncDisposable {
  /**
   * Resolves after the transaction with this write has committed.
   *
   * @throws Unavailable after disposal.
   */
  submit(write: Write): Promise<Result>
}

/** The outcome of one write of a group: its result, or the error that concerns it alone. */
export type Outcome<Result> = Result | Error

/**
 * Collects the writes that arrive during a transaction and commits them in the next one, so a hot row is updated once per group
 * and not once per write. A write does not wait when no transaction is in progress, and is answered only after its commit.
 *
 * @param name the name of the group commit in its measures.
 * @param commit writes a group in one transaction and returns outcomes in the same order; throwing means nothing was written.
 * @param largest maximum number of writes in a group.
 */
export function createGroupCommit<Write, Result>(
  name: string,
  commit: (writes: readonly Write[]) => Promise<readonly Outcome<Result>[]>,
  largest = 500,
): GroupCommit<Write, Result> {
  interface Waiting {
    readonly write: Write
    readonly resolve: (result: Result) => void
    readonly reject: (reason: unknown) => void
  }
  const waiting: Waiting[] = []
  const sizes = groupCommits.of(name)
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
      sizes.observe(group.length)
      group.forEach((entry, index) => {
        const outcome = outcomes[index]
        if (outcome instanceof Error) entry.reject(outcome)
        else entry.resolve(outcome as Result)
      })
    } catch (error) {
      if (isRetryable(error) && attempt < 5) await settle(group, attempt + 1)
      // One bad write must not fail the others: bisect the group to find it.
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
