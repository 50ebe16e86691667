/** The recent writes by name, so that values read before them are not used. */
export interface RecentWrites {
  /** Call it after the commit and before answering the writer. */
  note(names: Iterable<string>): void
  /** The same for a write whose names are unknown. */
  noteAll(): void
  /** Whether a name was written since a time, which must be at most `rememberedMs` ago. */
  concern(name: string, since: number): boolean
}

/** More names than one process writes in the time for which they are remembered. */
const maxNames = 200_000

/**
 * Remembers when names were last written, in milliseconds of `performance.now()`. Names are dropped in generations; if there
 * are too many to remember, everything counts as written.
 *
 * @param rememberedMs for how long a write is remembered at least.
 */
export function createRecentWrites(rememberedMs: number): RecentWrites {
  let young = new Map<string, number>()
  let old = new Map<string, number>()
  let begunAt = -Infinity
  let latestAt = -Infinity
  let allAt = -Infinity

  function noteAll(): void {
    allAt = latestAt = performance.now()
    young.clear()
    old.clear()
  }

  return {
    note(names) {
      const now = performance.now()
      if (now - begunAt > rememberedMs) {
        old = young
        young = new Map()
        begunAt = now
      }
      latestAt = now
      for (const name of names) young.set(name, now)
      if (young.size > maxNames) noteAll()
    },
    noteAll,
    concern(name, since) {
      if (latestAt < since) return false
      if (allAt >= since) return true
      const writtenAt = young.get(name) ?? old.get(name)
      return writtenAt !== undefined && writtenAt >= since
    },
  }
}
