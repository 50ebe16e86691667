import { expect, it } from 'vitest'
import { merge, type Data } from './merge.ts'

it.each<[string, Data, Data, Data]>([
  ['adds what is new', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  ['takes what came last', { a: 1 }, { a: 2 }, { a: 2 }],
  ['takes a null', { a: { b: 1 } }, { a: null }, { a: null }],
  ['keeps what is not answered', { a: 1 }, { a: undefined }, { a: 1 }],
  ['joins objects', { a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  [
    'joins objects in a list',
    { a: [{ b: 1 }, { b: 2 }] },
    { a: [{ c: 3 }, { c: 4 }] },
    {
      a: [
        { b: 1, c: 3 },
        { b: 2, c: 4 },
      ],
    },
  ],
  ['takes entries that are no objects', { a: [{ b: 1 }, null] }, { a: [null, { b: 2 }] }, { a: [null, { b: 2 }] }],
  ['takes a list of another length', { a: [{ b: 1 }] }, { a: [{ c: 1 }, { c: 2 }] }, { a: [{ c: 1 }, { c: 2 }] }],
])('%s', (_, target, source, merged) => {
  merge(target, source)
  expect(target).toEqual(merged)
})

it('writes to no prototype', () => {
  const target: Data = { constructor: undefined, plain: {} }
  merge(
    target,
    JSON.parse(
      '{"__proto__": {"a": 1}, "constructor": {"prototype": {"a": 1}}, "plain": {"__proto__": {"a": 1}}}',
    ) as Data,
  )
  expect([({} as Data)['a'], target['a'], (target['plain'] as Data)['a'], (Object as unknown as Data)['a']]).toEqual(
    Array(4).fill(undefined),
  )
  expect(Object.hasOwn(target, 'constructor')).toBe(true)
})
