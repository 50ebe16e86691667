import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRecentWrites } from './recent-writes.ts'
import { advanceClock, releaseClock, stopClock } from '../../testing/clock.ts'

beforeEach(stopClock)
afterEach(releaseClock)

it('tells of a name whether it was written since a moment, and nothing of others', () => {
  const writes = createRecentWrites(100)
  const before = performance.now()
  expect(writes.concern('a', before)).toBe(false)
  advanceClock(10)
  writes.note(['a', 'b'])
  expect([writes.concern('a', before), writes.concern('b', before), writes.concern('c', before)]).toEqual([
    true,
    true,
    false,
  ])
  advanceClock(1)
  expect(writes.concern('a', performance.now())).toBe(false)
})

it('takes what was read in the very moment of a write for older', () => {
  const writes = createRecentWrites(100)
  writes.note(['a'])
  expect(writes.concern('a', performance.now())).toBe(true)
})

it('remembers each write for its time, however many come after it', () => {
  const writes = createRecentWrites(100)
  for (let moment = 0; moment < 1_000; moment++) {
    const now = performance.now()
    writes.note([String(moment)])
    for (const age of [0, 50, 99].filter((each) => each <= moment)) {
      expect(writes.concern(String(moment - age), now - age)).toBe(true)
    }
    advanceClock(1)
  }
})

it('takes everything to be written when nobody knows what was, or more than it can remember', () => {
  const writes = createRecentWrites(100)
  const before = performance.now()
  advanceClock(1)
  writes.noteAll()
  expect(writes.concern('a', before)).toBe(true)
  advanceClock(1)
  const later = performance.now()
  advanceClock(1)
  writes.note(Array.from({ length: 200_001 }, (_, index) => `other ${index}`))
  expect(writes.concern('a', later)).toBe(true)
  advanceClock(1)
  expect(writes.concern('a', performance.now())).toBe(false)
})
