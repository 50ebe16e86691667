import { afterEach, beforeEach, expect, it } from 'vitest'
import { createStretches, type Stretch } from './stretches.ts'
import { advanceClock, releaseClock, stopClock } from '../../../testing/clock.ts'

beforeEach(stopClock)
afterEach(releaseClock)

/** A stretch of videos whose ids are their publication times. */
function stretch(before: number, moments: readonly number[], from = moments.at(-1) ?? before): Stretch {
  const [sorted, ids] = [Float64Array.from(moments), Float64Array.from(moments)]
  return { before, from, moments: sorted, ids, since: performance.now() }
}

it('finds a stretch that holds the whole page before whatever moment', () => {
  const stretches = createStretches()
  const newest = stretch(Infinity, [90, 80, 70, 60])
  const older = stretch(75, [70, 60, 50, 40])
  const oldest = stretch(30, [20, 10], -Infinity)
  for (const each of [older, newest, oldest]) stretches.add(each)
  expect(stretches.find(Infinity, 4, -Infinity)).toBe(newest)
  expect(stretches.find(Infinity, 5, -Infinity)).toBeUndefined()
  expect(stretches.find(85, 3, -Infinity)).toBe(newest)
  expect(stretches.find(75, 4, -Infinity)).toBe(older)
  expect(stretches.find(70, 3, -Infinity)).toBe(older)
  expect(stretches.find(69, 4, -Infinity)).toBeUndefined()
  expect(stretches.find(30, 100, -Infinity)).toBe(oldest)
  expect(stretches.find(25, 2, -Infinity)).toBe(oldest)
  expect(stretches.find(25, 3, -Infinity)).toBeUndefined()
})

it('forgets what holds the video of a moment, or would hold it', () => {
  const stretches = createStretches()
  const [newest, older] = [stretch(Infinity, [90, 80]), stretch(80, [70, 60])]
  for (const each of [newest, older]) stretches.add(each)
  stretches.forget(95)
  expect([stretches.find(Infinity, 1, -Infinity), stretches.find(80, 1, -Infinity)]).toEqual([undefined, older])
  stretches.forget(80)
  expect(stretches.find(80, 1, -Infinity)).toBe(older)
  stretches.forget(65)
  expect(stretches.find(80, 1, -Infinity)).toBeUndefined()
})

it('finds nothing that was read too early', () => {
  const stretches = createStretches()
  stretches.add(stretch(Infinity, [90, 80]))
  const moment = performance.now()
  expect(stretches.find(Infinity, 1, moment)).toBeUndefined()
  advanceClock(60_001)
  expect(stretches.find(Infinity, 1, -Infinity)).toBeUndefined()
})

it('keeps a million videos at most, the last ones', () => {
  const stretches = createStretches()
  const long = Array.from({ length: 100_000 }, (_, index) => 100_000 - index)
  for (let before = 1; before <= 20; before++) stretches.add(stretch(200_000 + before, long))
  const cache = Array.from({ length: 20 }, (_, index) => index + 1).filter(
    (before) => stretches.find(200_000 + before, 1, -Infinity)?.before === 200_000 + before,
  )
  expect(cache).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20])
})

it('asks for the end of the feed more often than for what lies before it', () => {
  const stretches = createStretches()
  const end = stretch(Infinity, [90, 80, 70], -Infinity)
  stretches.add(end)
  const later = end.since + 1
  expect(stretches.find(Infinity, 3, -Infinity, later)).toBe(end)
  expect(stretches.find(Infinity, 4, -Infinity, later)).toBeUndefined()
  expect(stretches.find(75, 2, -Infinity, later)).toBeUndefined()
})
