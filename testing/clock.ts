let shownMs = 0

/**
 * Stops the monotonic clock, `performance.now()`, by which caches expire, at the present time; timers and dates go on.
 *
 * The fake timers of Vitest are not used for this: every condition that is being waited for by `vi.waitUntil` moves them
 * forward, also one that an earlier test file of the same process has left behind.
 */
export function stopClock(): void {
  shownMs = Math.ceil(performance.now())
  performance.now = () => shownMs
}

/** @param byMs whole milliseconds. */
export function advanceClock(byMs: number): void {
  if (performance.now() !== shownMs) throw new Error('The clock is not stopped.')
  shownMs += byMs
}

/** Lets the clock show the real time again. */
export function releaseClock(): void {
  Reflect.deleteProperty(performance, 'now')
}
