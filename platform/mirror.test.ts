import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMirror } from './mirror.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** A mirror of numbers that rise with each read, for every key but `nobody`. */
function countingMirror() {
  const reads: (readonly string[])[] = []
  const mirror = createMirror(
    async (keys) => {
      reads.push(keys)
      await Promise.resolve()
      return new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, reads.length]))
    },
    { keptMs: 100, most: 100 },
  )
  return { reads, mirror }
}

it('answers in the order of the keys, and reads a key once within the moment for which it is kept', async () => {
  const { reads, mirror } = countingMirror()
  expect(await mirror.get(['b', 'a', 'b'])).toEqual([1, 1, 1])
  vi.advanceTimersByTime(99)
  expect(await mirror.get(['a', 'c'])).toEqual([1, 2])
  vi.advanceTimersByTime(1)
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

it('reads anew for who asks for it, and shows that to everybody', async () => {
  const { mirror } = countingMirror()
  await mirror.get(['a', 'b'])
  expect(await mirror.getFresh(['a'])).toEqual([2])
  expect(await mirror.get(['a', 'b'])).toEqual([2, 1])
})

it('never answers who wants it fresh by a read that began before', async () => {
  let value = 'old'
  let end: (() => void) | undefined
  const mirror = createMirror(
    async (keys) => {
      const seen = value
      await new Promise<void>((resolve) => (end = resolve))
      return new Map(keys.map((key) => [key, seen]))
    },
    { keptMs: 100, most: 10 },
  )
  const before = mirror.get(['a'])
  await vi.waitUntil(() => end)
  value = 'new'
  const after = mirror.getFresh(['a'])
  end?.()
  expect(await before).toEqual(['old'])
  await vi.waitUntil(() => {
    end?.()
    return mirror.get(['a']).then(([kept]) => kept === 'new')
  })
  expect(await after).toEqual(['new'])
})

it('keeps nothing that failed to be read', async () => {
  let isAway = true
  const failing = createMirror(
    (keys) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(new Map(keys.map((key) => [key, 1])))),
    { keptMs: 100, most: 2 },
  )
  await expect(failing.get(['a'])).rejects.toThrow('away')
  isAway = false
  expect(await failing.get(['a'])).toEqual([1])
})
