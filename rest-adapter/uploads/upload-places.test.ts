import { expect, it } from 'vitest'
import { errorCodeOf } from '../../platform/runtime/errors.ts'
import { createUploadPlaces } from './upload-places.ts'

/** An upload that arrives at a given speed. */
function upload(bytesPerSecond = 0) {
  const reasons: Error[] = []
  return { reasons, bytesPerSecond: () => bytesPerSecond, giveUp: (reason: Error) => void reasons.push(reason) }
}

function refusal(take: () => unknown): unknown {
  try {
    take()
    return 'none'
  } catch (error) {
    return errorCodeOf(error as never)
  }
}

it('are so many for an address, and free again when a file has arrived', () => {
  const places = createUploadPlaces(10, 2)
  const first = places.take('192.0.2.1', upload())
  places.take('192.0.2.1', upload())
  expect(refusal(() => places.take('192.0.2.1', upload()))).toBe('RATE_LIMITED')
  expect(refusal(() => places.take('192.0.2.2', upload()))).toBe('none')
  first[Symbol.dispose]()
  expect(refusal(() => places.take('192.0.2.1', upload()))).toBe('none')
})

it('are so many for a person, from whatever addresses', () => {
  const places = createUploadPlaces(10, 2)
  places.take('192.0.2.1', upload()).isOf('alice')
  const second = places.take('192.0.2.2', upload())
  expect(refusal(() => second.isOf('alice'))).toBe('RATE_LIMITED')
  expect(refusal(() => second.isOf('bob'))).toBe('none')
  second[Symbol.dispose]()
  expect(refusal(() => places.take('192.0.2.3', upload()).isOf('bob'))).toBe('none')
})

it('are so many for all', () => {
  const places = createUploadPlaces(2, 2)
  places.take('192.0.2.1', upload())
  const last = places.take('192.0.2.2', upload())
  expect(refusal(() => places.take('192.0.2.3', upload()))).toBe('UNAVAILABLE')
  last[Symbol.dispose]()
  last[Symbol.dispose]()
  places.take('192.0.2.3', upload())
  expect(refusal(() => places.take('192.0.2.4', upload()))).toBe('UNAVAILABLE')
})

it('go from the address that holds most of them to one that holds fewer, the slowest first', () => {
  const places = createUploadPlaces(4, 3)
  const [fast, slow, named] = [upload(50), upload(10), upload(1)]
  places.take('192.0.2.1', fast)
  places.take('192.0.2.1', slow)
  places.take('192.0.2.1', named).isOf('alice')
  places.take('192.0.2.2', upload(0))
  expect(refusal(() => places.take('192.0.2.3', upload()))).toBe('none')
  expect([fast, slow, named].map(({ reasons }) => reasons.length)).toEqual([0, 1, 0])
  // Now no address has two more than another.
  expect(refusal(() => places.take('192.0.2.2', upload()))).toBe('UNAVAILABLE')
  expect(refusal(() => places.take('192.0.2.4', upload()))).toBe('none')
  expect(fast.reasons).toHaveLength(1)
  expect(refusal(() => places.take('192.0.2.5', upload()))).toBe('UNAVAILABLE')
})

it('are without number where the limit is 0', () => {
  const places = createUploadPlaces(0, 0)
  for (let count = 0; count < 100; count++) places.take('192.0.2.1', upload()).isOf('alice')
})
