import { expect, it } from 'vitest'
import { deadlines, type Deadlines } from './deadlines.ts'

/** From the inside out. */
const hops: readonly (keyof Deadlines)[] = ['remoteFetch', 'fetch', 'operation', 'remoteOperation']

it.each(['query', 'mutation'] as const)('of a %s let each hop outlast the one inside it', (kind) => {
  expect(Object.keys(deadlines[kind])).toEqual(hops)
  const inOrder = hops.map((hop) => deadlines[kind][hop])
  expect(inOrder).toEqual([...new Set(inOrder)].toSorted((one, other) => one - other))
})

it('give a mutation more time than a query at each hop', () => {
  for (const hop of hops) expect(deadlines.mutation[hop]).toBeGreaterThan(deadlines.query[hop])
})
