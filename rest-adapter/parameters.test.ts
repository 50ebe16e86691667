import { describe, expect, it } from 'vitest'
import { BadUserInput } from '../platform/runtime/errors.ts'
import {
  chosenAction,
  integerParameter,
  mergeParameters,
  timestampParameter,
  optionalId,
  requiredId,
  textParameter,
} from './parameters.ts'

const now = 1_800_000_000_000

function given(value?: string) {
  return mergeParameters(value === undefined ? [] : [['it', value]])
}

describe('merged parameters', () => {
  it('take the first of two values in one place', () => {
    const parameters = mergeParameters([
      ['content', 'first'],
      ['content', 'second'],
    ])
    expect(parameters.get('content')).toBe('first')
  })

  it('take the more important of two places', () => {
    expect(mergeParameters([['a', 'query']], [['a', 'body']]).get('a')).toBe('query')
  })

  it('ask the next place when a value is empty, but not the same place again', () => {
    const query = [
      ['token', ''],
      ['token', 'of the query'],
    ] as const
    expect(mergeParameters(query, [['token', 'of the body']]).get('token')).toBe('of the body')
    expect(mergeParameters(query).get('token')).toBe('')
  })

  it('keep a text exactly, blanks and all', () => {
    expect(textParameter(given(' 你好\n'), 'it')).toBe(' 你好\n')
    expect(textParameter(given('null'), 'it')).toBe('null')
    expect(textParameter(given(), 'it')).toBe('')
  })
})

describe('a whole number', () => {
  it.each([
    ['7', 7],
    ['0', 0],
    ['-3', -3],
    ['+3', 3],
    ['007', 7],
    [' 42 ', 42],
    ['\t42\n', 42],
    ['1.234567e+06', 1_234_567],
    ['1.234567e 06', 1_234_567],
    ['1.234567E6', 1_234_567],
    ['7e+15', 7_000_000_000_000_000],
    ['9007199254740991', 9_007_199_254_740_991],
    ['5.0', 5],
  ])('is read in %j', (text, value) => {
    expect(integerParameter(given(text), 'it')).toBe(value)
  })

  it.each([undefined, '', '  ', 'null', 'undefined'])('is absent in %j', (text) => {
    expect(integerParameter(given(text), 'it')).toBeNull()
  })

  it.each([
    'abc',
    '1.5',
    '12e-1e',
    '1e-1',
    '0x10',
    '1_000',
    '12a',
    '9007199254740993',
    '1e400',
    'Infinity',
    'NaN',
    '--1',
    '一',
  ])('is refused in %j', (text) => {
    expect(() => integerParameter(given(text), 'it')).toThrow(BadUserInput)
  })

  it('is refused with a sentence in each language', () => {
    expect(() => integerParameter(given('abc'), 'it')).toThrow(
      expect.objectContaining({
        extensions: {
          code: 'BAD_USER_INPUT',
          messages: { en: 'it must be a whole number.', zh: '参数 it 应为整数。' },
        },
      }),
    )
  })
})

describe('an id', () => {
  it('is text inside, whichever way it was written', () => {
    expect(optionalId(given('1.234567e+06'), 'it')).toBe('1234567')
  })

  it.each([undefined, '', '0', ' 0 ', 'null'])('is absent in %j', (text) => {
    expect(optionalId(given(text), 'it')).toBeNull()
    expect(() => requiredId(given(text), 'it')).toThrow('it is missing.')
  })

  it.each(['-1', 'abc', '1e300'])('is refused in %j', (text) => {
    expect(() => optionalId(given(text), 'it')).toThrow(BadUserInput)
  })
})

describe('an action', () => {
  const actions = { 1: 'like', 2: 'unlike' } as const

  it('is chosen by its number', () => {
    expect(chosenAction(mergeParameters([['action_type', '2']]), actions)).toBe('unlike')
    expect(chosenAction(mergeParameters([['action_type', '1e0']]), actions)).toBe('like')
  })

  it.each(['', '0', '3', '-1', 'toString', 'like'])('is refused in %j', (text) => {
    expect(() => chosenAction(mergeParameters([['action_type', text]]), actions)).toThrow(BadUserInput)
  })
})

describe('a moment', () => {
  it.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000123', 1_700_000_000_123],
    ['1700000000.5', 1_700_000_000_500],
    ['1.7e+12', 1_700_000_000_000],
    [' 1700000000 ', 1_700_000_000_000],
    ['1', 1_000],
    ['100000000000', now],
    ['100000000001', 100_000_000_001],
  ])('is read in seconds or milliseconds out of %j', (text, value) => {
    expect(timestampParameter(given(text), 'it', now)).toBe(value)
  })

  it.each(['1900000000', '1900000000000', '99999999999999999999', '1e300', '1e999'])(
    'is now for the future %j',
    (text) => {
      expect(timestampParameter(given(text), 'it', now)).toBe(now)
    },
  )

  it.each([undefined, '', '0', '-5', '-1700000000', 'null', 'NaN', 'yesterday', '2023-01-01T00:00:00Z', '12:30'])(
    'stands nowhere in %j',
    (text) => {
      expect(timestampParameter(given(text), 'it', now)).toBeNull()
    },
  )
})
