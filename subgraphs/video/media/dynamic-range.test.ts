import { expect, it } from 'vitest'
import { standardRangeTable } from './dynamic-range.ts'

/** The result for a grey at this fraction of the signal. */
function greys(range: 'pq' | 'hlg'): number[] {
  const [, ...colours] = standardRangeTable(range).trim().split('\n')
  return Array.from({ length: 33 }, (_, step) => {
    const [red, green, blue] = (colours[step * (1 + 33 + 33 * 33)] ?? '').split(' ').map(Number)
    expect([green, blue]).toEqual([expect.closeTo(red ?? NaN, 2), expect.closeTo(red ?? NaN, 2)])
    return red ?? NaN
  })
}

it.each(['pq', 'hlg'] as const)('keeps greys grey in %s, black black, and what is brighter brighter', (range) => {
  const [darkest, ...rest] = greys(range)
  expect(darkest).toBe(0)
  expect(rest.every((grey, index) => grey >= (rest[index - 1] ?? 0))).toBe(true)
  expect(rest.at(-1)).toBeCloseTo(1, 2)
})

it('shows the white of a page brightly, and a face neither dark nor bright', () => {
  // BT.2408: white at 58 and 75 % of the signal, an 18 % grey card at 38 %.
  const [pq, hlg] = [greys('pq'), greys('hlg')]
  for (const white of [pq[19], hlg[24]]) expect(white).toBeGreaterThan(0.7)
  for (const card of [pq[12], hlg[12]]) {
    expect(card).toBeGreaterThan(0.3)
    expect(card).toBeLessThan(0.6)
  }
})

it('has a line for each colour, each of three numbers from 0 to 1', () => {
  const [size, ...colours] = standardRangeTable('pq').trim().split('\n')
  expect(size).toBe('LUT_3D_SIZE 33')
  expect(colours).toHaveLength(33 ** 3)
  expect(colours.every((colour) => /^([01]\.\d{5} ?){3}$/.test(colour))).toBe(true)
})
