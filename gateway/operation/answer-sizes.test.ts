import { expect, it } from 'vitest'
import { createSizes } from './answer-sizes.ts'

const size = { objects: 1, values: 1, bytes: 1 }

/** Those of the variables with which an operation is measured. */
function measured(names: readonly string[], asked: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const seen: Record<string, unknown>[] = []
  const sizeOf = createSizes(names, (variables) => {
    seen.push(variables)
    return size
  })
  for (const variables of asked) expect(sizeOf(variables)).toBe(size)
  return seen
}

it('measures once for all ids and cursors', () => {
  const asked = [
    { id: '1', after: 'a' },
    { id: '2', after: 'b' },
  ]
  expect(measured(['id', 'after'], asked)).toEqual([asked[0]])
})

it.each([
  ['page sizes', [{ first: 1 }, { first: 2 }]],
  ['conditions', [{ with: true }, { with: false }]],
  ['lengths of lists', [{ ids: ['1'] }, { ids: ['1', '2'] }]],
  ['what is left out, null and given', [{}, { after: null }, { after: 'a' }]],
])('measures anew for other %s', (_, asked: Record<string, unknown>[]) => {
  expect(measured(['first', 'with', 'ids', 'after'], [...asked, ...asked])).toEqual(asked)
})

it('keeps no answer of what throws', () => {
  let calls = 0
  const sizeOf = createSizes(['first'], () => {
    calls++
    throw new Error('null for a page size')
  })
  for (let turn = 0; turn < 2; turn++) expect(() => sizeOf({ first: null })).toThrow('null for a page size')
  expect(calls).toBe(2)
})
