import { expect, it } from 'vitest'
import { watchWaitingTime, type WaitingTime } from './waiting-time.ts'

let time = 0

/** Simulates calls at a constant rate, answered in order at a given capacity per second; returns how many were rejected. */
function load(waiting: WaitingTime, perSecond: number, capacity: number, seconds: number) {
  const queue: { leave: () => void; since: number }[] = []
  const waits: number[] = []
  let refused = 0
  let [due, done] = [0, 0]
  for (const end = time + seconds * 1_000; time < end; time++) {
    for (due += perSecond / 1_000; due >= 1; due--) {
      if (waiting.isTooLong()) refused++
      else queue.push({ leave: waiting.enter(), since: time })
    }
    done = Math.min(done + capacity / 1_000, queue.length + 1)
    for (; done >= 1 && queue.length > 0; done--) {
      const call = queue.shift()
      call?.leave()
      if (call) waits.push(time - call.since)
    }
  }
  for (const { leave } of queue) leave()
  return { refused, longest: Math.max(...waits) }
}

it('refuses nobody at the capacity, nor in a burst after a silence', () => {
  expect(
    load(
      watchWaitingTime(500, () => time),
      400,
      400,
      10,
    ).refused,
  ).toBe(0)
  const waiting = watchWaitingTime(500, () => time)
  const leaves = Array.from({ length: 500 }, () => (expect(waiting.isTooLong()).toBe(false), waiting.enter()))
  for (const leave of leaves) leave()
})

it('refuses what would wait for too long at four times the capacity, and answers the rest soon', () => {
  for (const capacity of [200, 400, 2_000]) {
    const { refused, longest } = load(
      watchWaitingTime(500, () => time),
      4 * capacity,
      capacity,
      20,
    )
    expect(refused / (4 * capacity * 20)).toBeGreaterThan(0.6)
    expect(refused / (4 * capacity * 20)).toBeLessThan(0.8)
    expect(longest).toBeLessThan(1_200)
  }
})

it('refuses when nothing is answered any more, and nobody once it is', () => {
  const waiting = watchWaitingTime(500, () => time)
  const leaves = Array.from({ length: 100 }, () => waiting.enter())
  expect(waiting.isTooLong()).toBe(false)
  time += 600
  expect(waiting.isTooLong()).toBe(true)
  for (const leave of leaves) {
    leave()
    leave()
  }
  expect(waiting.isTooLong()).toBe(false)
})

it('takes a few slow calls for no queue', () => {
  const waiting = watchWaitingTime(500, () => time)
  const slow = Array.from({ length: 20 }, () => waiting.enter())
  for (let second = 0; second < 5; second++) expect(load(waiting, 300, 3_000, 1).refused).toBe(0)
  time += 10_000
  expect(waiting.isTooLong()).toBe(false)
  for (const leave of slow) leave()
})
