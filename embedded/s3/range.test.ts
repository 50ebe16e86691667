import { describe, expect, it } from 'vitest'
import { parseRange } from './range.ts'

describe('a range of ten bytes', () => {
  it.each([
    ['bytes=0-3', { start: 0, end: 3 }],
    ['bytes=7-', { start: 7, end: 9 }],
    ['bytes=5-100', { start: 5, end: 9 }],
    ['bytes=-4', { start: 6, end: 9 }],
    ['bytes=-100', { start: 0, end: 9 }],
  ])('%s is understood', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range)
  })

  it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=a-b', 'items=0-3', 'bytes=0-1,4-5'])(
    '%s is ignored',
    (header) => {
      expect(parseRange(header, 10)).toBeUndefined()
    },
  )

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('%s is not satisfiable', (header) => {
    expect(() => parseRange(header, 10)).toThrow(
      expect.objectContaining({ code: 'InvalidRange', headers: { 'Content-Range': 'bytes */10' } }),
    )
  })
})

it('no range of nothing is satisfiable', () => {
  expect(() => parseRange('bytes=0-', 0)).toThrow(expect.objectContaining({ code: 'InvalidRange' }))
  expect(() => parseRange('bytes=-1', 0)).toThrow(expect.objectContaining({ code: 'InvalidRange' }))
})
