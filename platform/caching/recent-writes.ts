/** What was written a moment ago, by name, so that nothing that was read before it is shown any more. */
export interface RecentWrites {
  /** To be called after the commit, and before whoever wrote is answered. */
  note(names: Iterable<string>): void
  /** The same for a write of which nobody knows what it concerns. */
  noteAll(): void
  /** Whether something was written since a moment, which is `rememberedMs` ago at most. */
  concern(name: string, since: number): boolean
}

/** More names than one process writes in the time for which they are remembered. */
const mostNames = 200_000

/**
 * Remembers when names were written last, in milliseconds of `performance.now()`. Names are forgotten by generations; if there
 * are more of them than can be remembered, everything counts as written.
 *
 * @param rememberedMs for how long a write is remembered at least.
 */
export function createRecentWrites(rememberedMs: number): RecentWrites {
  let younger = new Map<string, number>()
  let elder = new Map<string, number>()
  let begunAt = -Infinity
  let latestAt = -Infinity
  let allAt = -Infinity

  function noteAll(): void {
    allAt = latestAt = performance.now()
    younger.clear()
    elder.clear()
  }

  return {
    note(names) {
      const now = performance.now()
      if (now - begunAt > rememberedMs) {
        elder = younger
        younger = new Map()
        begunAt = now
      }
      latestAt = now
      for (const name of names) younger.set(name, now)
      if (younger.size > mostNames) noteAll()
    },
    noteAll,
    concern(name, since) {
      if (latestAt < since) return false
      if (allAt >= since) return true
      const writtenAt = younger.get(name) ?? elder.get(name)
      return writtenAt !== undefined && writtenAt >= since
    },
  }
}
