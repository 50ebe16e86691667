import { expect, it } from 'vitest'
import { errorCodeOf } from '../platform/errors.ts'
import { createUploadPlaces } from './upload-places.ts'

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
  const first = places.take('192.0.2.1')
  places.take('192.0.2.1')
  expect(refusal(() => places.take('192.0.2.1'))).toBe('RATE_LIMITED')
  expect(refusal(() => places.take('192.0.2.2'))).toBe('none')
  first[Symbol.dispose]()
  expect(refusal(() => places.take('192.0.2.1'))).toBe('none')
})

it('are so many for a person, from whatever addresses', () => {
  const places = createUploadPlaces(10, 2)
  places.take('192.0.2.1').isOf('alice')
  const second = places.take('192.0.2.2')
  expect(refusal(() => second.isOf('alice'))).toBe('RATE_LIMITED')
  expect(refusal(() => second.isOf('bob'))).toBe('none')
  second[Symbol.dispose]()
  expect(refusal(() => places.take('192.0.2.3').isOf('bob'))).toBe('none')
})

it('are so many for all', () => {
  const places = createUploadPlaces(2, 2)
  places.take('192.0.2.1')
  const last = places.take('192.0.2.2')
  expect(refusal(() => places.take('192.0.2.3'))).toBe('UNAVAILABLE')
  last[Symbol.dispose]()
  last[Symbol.dispose]()
  places.take('192.0.2.3')
  expect(refusal(() => places.take('192.0.2.4'))).toBe('UNAVAILABLE')
})
