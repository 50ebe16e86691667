import { concernsData, isRetryable } from './postgres.ts'

/** Many small writes, written together. */
export interface GroupCommit<Write, Result> {
  /** Answers after the transaction that holds this write has committed. */
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
  let running = false

  async function run(): Promise<void> {
    running = true
    // Writes of the same turn of the event loop go together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const group = waiting.splice(0, largest)
      await settle(group)
    }
    running = false
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
      // One bad write must not take its neighbours down: each is tried alone.
      else if (concernsData(error) && group.length > 1) for (const entry of group) await settle([entry])
      else for (const entry of group) entry.reject(error)
    }
  }

  return {
    submit(write) {
      return new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject })
        if (!running) void run()
      })
    },
  }
}
