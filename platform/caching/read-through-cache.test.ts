import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createReadThroughCache } from './read-through-cache.ts'
import { advanceClock, releaseClock, stopClock } from '../../testing/clock.ts'
import { patience } from '../../testing/waiting.ts'

beforeEach(stopClock)
afterEach(releaseClock)

/** A cache of numbers that increase with each read, for every key but `nobody`. */
function countingMirror() {
  const reads: (readonly string[])[] = []
  const mirror = createReadThroughCache(
    async (keys) => {
      reads.push(keys)
      await Promise.resolve()
      return new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, reads.length]))
    },
    { name: 'test', ttlMs: 100, max: 100 },
  )
  return { reads, mirror }
}

it('answers in the order of the keys, and reads a key once within the moment for which it is kept', async () => {
  const { reads, mirror } = countingMirror()
  expect(await mirror.get(['b', 'a', 'b'])).toEqual([1, 1, 1])
  advanceClock(99)
  expect(await mirror.get(['a', 'c'])).toEqual([1, 2])
  advanceClock(1)
  expect(await mirror.get(['a'])).toEqual([3])
  expect(reads).toEqual([['b', 'a'], ['c'], ['a']])
})

it('reads one key once however many ask for it at the same time', async () => {
  const { reads, mirror } = countingMirror()
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => mirror.get(['a'])))
  expect(new Set(answers.flat())).toEqual(new Set([1]))
  expect(reads).toEqual([['a']])
})

it('remembers for a moment what there is not', async () => {
  const { reads, mirror } = countingMirror()
  expect(await mirror.get(['nobody'])).toEqual([null])
  expect(await mirror.get(['nobody', 'a'])).toEqual([null, 2])
  expect(reads).toEqual([['nobody'], ['a']])
})

it('keeps nothing that failed to be read', async () => {
  let isAway = true
  const failing = createReadThroughCache(
    (keys) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(new Map(keys.map((key) => [key, 1])))),
    { name: 'test', ttlMs: 100, max: 2 },
  )
  await expect(failing.get(['a'])).rejects.toThrow('away')
  isAway = false
  expect(await failing.get(['a'])).toEqual([1])
})

/** A cache of one value, whose reads complete when the test says so. */
function slowMirror(options: { readonly nameOf?: (key: string) => string } = {}) {
  let value = 'old'
  const ends: (() => void)[] = []
  const mirror = createReadThroughCache(
    async (keys) => {
      const seen = value
      await new Promise<void>((resolve) => ends.push(resolve))
      return new Map(keys.map((key) => [key, seen]))
    },
    { name: 'test', ttlMs: 100, max: 100, ...options },
  )
  return {
    mirror,
    write: (written: string) => void (value = written),
    begun: () => vi.waitUntil(() => ends.length > 0, patience),
    /** Completes the next pending read. */
    end: async () => {
      const end = await vi.waitUntil(() => ends.shift(), patience)
      end()
    },
  }
}

it('answers who asks for it by nothing that was read before a moment, and by what others have read since', async () => {
  const { reads, mirror } = countingMirror()
  await mirror.get(['a'])
  advanceClock(1)
  const before = performance.now()
  advanceClock(1)
  expect(await mirror.get(['a'], before)).toEqual([2])
  expect(await mirror.get(['a'], before)).toEqual([2])
  expect(await mirror.get(['a'])).toEqual([2])
  expect(reads).toHaveLength(2)
})

it('shows nobody what was read before a write, and reads no more than that anew', async () => {
  const { reads, mirror } = countingMirror()
  await mirror.get(['a', 'b', 'nobody'])
  advanceClock(1)
  mirror.forget(['a', 'nobody'])
  advanceClock(1)
  expect(await mirror.get(['a', 'b', 'nobody'])).toEqual([2, 1, null])
  expect(reads[1]).toEqual(['a', 'nobody'])
  advanceClock(1)
  mirror.forgetAll()
  advanceClock(1)
  expect(await mirror.get(['a', 'b'])).toEqual([3, 3])
})

it('forgets by the name of a key', async () => {
  const { mirror, end, write } = slowMirror({ nameOf: (key) => key.split(':')[0] ?? '' })
  const before = mirror.get(['alice:10', 'alice:20', 'bob:10'])
  await end()
  await before
  advanceClock(1)
  write('new')
  mirror.forget(['alice'])
  advanceClock(1)
  const after = mirror.get(['alice:10', 'alice:20', 'bob:10'])
  await end()
  expect(await after).toEqual(['new', 'new', 'old'])
})

it('shows nobody who asks after a write a read that began before it, and keeps it for nobody', async () => {
  const { mirror, begun, end, write } = slowMirror()
  const before = mirror.get(['a'])
  await begun()
  advanceClock(1)
  write('new')
  mirror.forget(['a'])
  advanceClock(1)
  const after = mirror.get(['a'])
  await end()
  expect(await before).toEqual(['old'])
  const later = mirror.get(['a'])
  await end()
  expect(await Promise.all([after, later])).toEqual([['new'], ['new']])
  expect(await mirror.get(['a'])).toEqual(['new'])
})

it('never answers by a read that takes longer than a write is remembered', async () => {
  const { mirror, begun, end, write } = slowMirror()
  const before = mirror.get(['a'])
  await begun()
  advanceClock(1)
  write('new')
  mirror.forget(['a'])
  for (let count = 0; count < 3; count++) {
    advanceClock(101)
    mirror.forget([`other ${count}`])
  }
  const after = mirror.get(['a'])
  await end()
  expect(await before).toEqual(['old'])
  await end()
  expect(await after).toEqual(['new'])
})
