import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchOverload, type Overload } from './overload.ts'
import { patience } from '../../testing/waiting.ts'

let late = 0
let overload: Overload

beforeEach(() => {
  vi.useFakeTimers()
  late = 0
  overload = watchOverload(100, () => late)
})
afterEach(() => {
  overload[Symbol.dispose]()
  vi.useRealTimers()
})

/** How many of a hundred calls are rejected. */
function refusedOfHundred(): number {
  return Array.from({ length: 100 }, () => overload.rejectsNext()).filter(Boolean).length
}

function lookTimes(times: number): void {
  vi.advanceTimersByTime(times * 250)
}

it('refuses nobody while the loop is in time', () => {
  late = 99
  lookTimes(20)
  expect(refusedOfHundred()).toBe(0)
})

it('refuses a growing share while the loop stays late, and all in the end', () => {
  late = 101
  lookTimes(1)
  expect(refusedOfHundred()).toBe(25)
  lookTimes(1)
  expect(refusedOfHundred()).toBe(50)
  lookTimes(10)
  expect(refusedOfHundred()).toBe(100)
})

it('keeps the share while the loop is a little late, and lets all in when it is in time again', () => {
  late = 1_000
  lookTimes(2)
  late = 70
  lookTimes(20)
  expect(refusedOfHundred()).toBe(50)
  late = 10
  lookTimes(1)
  expect(refusedOfHundred()).toBe(40)
  lookTimes(10)
  expect(refusedOfHundred()).toBe(0)
})

it('refuses nobody, ever, when the limit is 0', () => {
  using unwatched = watchOverload(0, () => 1e9)
  lookTimes(20)
  expect(unwatched.rejectsNext()).toBe(false)
})

it('measures the event loop itself when nobody else does', async () => {
  vi.useRealTimers()
  using watched = watchOverload(50)
  await vi.waitFor(() => {
    const end = performance.now() + 200
    while (performance.now() < end);
    expect(Array.from({ length: 4 }, () => watched.rejectsNext())).toContain(true)
  }, patience)
})
