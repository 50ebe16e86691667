import { expect, it } from 'vitest'
import { evaluateConditions, ifRangeHolds, readConditions } from './conditions.ts'

const object = { etag: 'abc', modified: Date.UTC(2026, 0, 2, 3, 4, 5, 678) }
const itsDate = 'Fri, 02 Jan 2026 03:04:05 GMT'
const earlier = 'Fri, 02 Jan 2026 03:04:04 GMT'

function outcome(headers: Record<string, string>) {
  return evaluateConditions(
    readConditions((name) => headers[name]),
    object,
  )
}

it.each([
  [{}, 'holds'],
  [{ 'if-none-match': '"abc"' }, 'unchanged'],
  [{ 'if-none-match': 'W/"abc"' }, 'unchanged'],
  [{ 'if-none-match': '"x", "abc"' }, 'unchanged'],
  [{ 'if-none-match': '*' }, 'unchanged'],
  [{ 'if-none-match': '"x"' }, 'holds'],
  [{ 'if-modified-since': itsDate }, 'unchanged'],
  [{ 'if-modified-since': earlier }, 'holds'],
  [{ 'if-modified-since': 'yesterday' }, 'holds'],
  [{ 'if-match': 'abc' }, 'holds'],
  [{ 'if-match': '"x"' }, 'failed'],
  [{ 'if-unmodified-since': itsDate }, 'holds'],
  [{ 'if-unmodified-since': earlier }, 'failed'],
])('a read with %o %s', (headers, expected) => {
  expect(outcome(headers)).toBe(expected)
})

it('an entity tag outweighs a date', () => {
  expect(outcome({ 'if-none-match': '"x"', 'if-modified-since': itsDate })).toBe('holds')
  expect(outcome({ 'if-match': '"abc"', 'if-unmodified-since': earlier })).toBe('holds')
})

it('a range is honoured only of the version the client has', () => {
  expect(ifRangeHolds(undefined, object)).toBe(true)
  expect(ifRangeHolds('"abc"', object)).toBe(true)
  expect(ifRangeHolds('"x"', object)).toBe(false)
  expect(ifRangeHolds(itsDate, object)).toBe(true)
  expect(ifRangeHolds(earlier, object)).toBe(false)
})
