import { expect, it } from 'vitest'
import { createTemporaryPaths } from './temporary-paths.ts'

function countingPaths() {
  const signed: { path: string; from: number; until: number }[] = []
  const pathOf = createTemporaryPaths(({ path, signedAt, lifetimeSeconds }) => {
    const from = signedAt.getTime()
    return `${path}?${signed.push({ path, from, until: from + lifetimeSeconds * 1_000 })}`
  })
  return { signed, pathOf }
}

it('signs thirty objects once, however often they are asked for within half an hour', () => {
  const { signed, pathOf } = countingPaths()
  const ask = (minute: number) =>
    Array.from({ length: 30 }, (_, index) => pathOf(`/uploads/${index}`, new Date(Date.UTC(2026, 0, 1, 0, minute))))
  const first = ask(0)
  expect(new Set(first).size).toBe(30)
  expect(ask(29)).toEqual(first)
  expect(signed).toHaveLength(30)
  expect(ask(30)).not.toEqual(first)
  expect(signed).toHaveLength(60)
})

it('answers at any minute a path that is valid by now, and for half an hour more', () => {
  const { signed, pathOf } = countingPaths()
  for (let minute = 0; minute < 90; minute += 1) {
    const now = Date.UTC(2026, 0, 1, 0, minute, 59, 999)
    pathOf('/uploads/1', new Date(now))
    const { from, until } = signed.at(-1) ?? { from: NaN, until: NaN }
    expect(from).toBeLessThanOrEqual(now)
    expect(until - now).toBeGreaterThan(30 * 60 * 1_000)
  }
})
