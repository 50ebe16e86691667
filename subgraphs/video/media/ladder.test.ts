import { expect, it } from 'vitest'
import { ladderOf, plainRung } from './ladder.ts'

function sides(width: number, height: number): number[] {
  return ladderOf({ width, height }).map(({ side }) => side)
}

it('offers every usual side up to that of the picture, upright or lying', () => {
  expect(sides(1_080, 1_920)).toEqual([240, 360, 480, 720, 1_080])
  expect(sides(1_280, 720)).toEqual([240, 360, 480, 720])
  expect(sides(2_160, 3_840)).toEqual([240, 360, 480, 720, 1_080])
})

it('ends with the picture itself when its side is unusual, without a second one of nearly its size', () => {
  expect(sides(540, 960)).toEqual([240, 360, 540])
  expect(sides(600, 600)).toEqual([240, 360, 480, 600])
})

it('has a single rung for a small picture, and never goes above it', () => {
  expect(ladderOf({ width: 181, height: 321 })).toMatchObject([{ side: 180, width: 180, height: 320 }])
  expect(ladderOf({ width: 240, height: 240 })).toMatchObject([{ side: 240, width: 240, height: 240 }])
  for (const [width, height] of [
    [2, 2],
    [33, 4_096],
    [479, 853],
    [1_279, 721],
  ] as const) {
    for (const rung of ladderOf({ width, height })) {
      expect(rung.width).toBeLessThanOrEqual(width)
      expect(rung.height).toBeLessThanOrEqual(height)
      expect([rung.width % 2, rung.height % 2]).toEqual([0, 0])
    }
  }
})

it('keeps the shape of the picture', () => {
  for (const { width, height } of ladderOf({ width: 1_080, height: 2_340 })) {
    expect(height / width).toBeCloseTo(2_340 / 1_080, 1)
  }
})

it('plays at most 720 where there is no ladder', () => {
  expect(plainRung(ladderOf({ width: 1_080, height: 1_920 })).side).toBe(720)
  expect(plainRung(ladderOf({ width: 100, height: 100 })).side).toBe(100)
  expect(plainRung(ladderOf({ width: 800, height: 800 })).side).toBe(480)
})
