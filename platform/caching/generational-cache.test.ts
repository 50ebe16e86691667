import { expect, it } from 'vitest'
import { createGenerationalCache } from './generational-cache.ts'

it('remembers a value for its moment, from the one on that it is true for, and null as well', () => {
  const memory = createGenerationalCache<string>({ ttlMs: 100, max: 10 })
  memory.set('a', 'A', 50)
  memory.set('nobody', null, 60)
  expect([memory.get('a', 149), memory.get('a', 150)]).toEqual(['A', undefined])
  expect([memory.get('nobody', 159), memory.get('nobody', 160)]).toEqual([null, undefined])
  memory.set('a', 'newer', 155)
  expect([memory.get('a', 254), memory.get('a', 255)]).toEqual(['newer', undefined])
})

it('remembers each of many for its moment, whenever it came', () => {
  const memory = createGenerationalCache<number>({ ttlMs: 100, max: 1_000 })
  for (let moment = 0; moment < 1_000; moment++) {
    memory.set(String(moment), moment, moment)
    const oldest = Math.max(0, moment - 99)
    expect([memory.get(String(oldest), moment), memory.get(String(oldest - 1), moment)]).toEqual([oldest, undefined])
  }
})

it('remembers the last half of what it may, and never more than all of it', () => {
  const memory = createGenerationalCache<number>({ ttlMs: 100, max: 10 })
  for (let value = 0; value < 1_000; value++) {
    memory.set(String(value), value, 0)
    const remembered = Array.from({ length: value + 1 }, (_, other) => memory.get(String(other), 0) ?? -1)
    expect(remembered.slice(-5)).not.toContain(-1)
    expect(remembered.filter((each) => each !== -1).length).toBeLessThanOrEqual(10)
  }
})

it('forgets nothing when a value is set again and again', () => {
  const memory = createGenerationalCache<number>({ ttlMs: 100, max: 10 })
  memory.set('a', 1, 0)
  for (let value = 0; value < 100; value++) memory.set('b', value, 0)
  expect([memory.get('a', 0), memory.get('b', 0)]).toEqual([1, 99])
})

it('counts the sizes of values, and remembers none that is larger than half of all', () => {
  const memory = createGenerationalCache<string>({ ttlMs: 100, max: 8, sizeOf: (value) => value.length })
  memory.set('a', 'aaa', 0)
  memory.set('b', 'b', 0)
  memory.set('large', 'large', 0)
  expect([memory.get('a', 0), memory.get('b', 0), memory.get('large', 0)]).toEqual(['aaa', 'b', undefined])
  memory.set('c', 'cccc', 0)
  expect([memory.get('a', 0), memory.get('b', 0), memory.get('c', 0)]).toEqual(['aaa', 'b', 'cccc'])
  memory.set('d', 'd', 0)
  expect([memory.get('a', 0), memory.get('b', 0), memory.get('d', 0)]).toEqual([undefined, undefined, 'd'])
})

it('does not come back to what it knew before of a value that has become too large', () => {
  const memory = createGenerationalCache<string>({ ttlMs: 100, max: 8, sizeOf: (value) => value.length })
  memory.set('a', 'aaa', 0)
  memory.set('a', 'far too large', 1)
  expect(memory.get('a', 2)).toBeUndefined()
})
