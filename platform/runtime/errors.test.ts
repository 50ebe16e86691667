import { GraphQLError } from 'graphql'
import { expect, it } from 'vitest'
import * as errors from './errors.ts'

const message = { en: 'No.', zh: '不行。' }
const classes = [
  ['BAD_USER_INPUT', errors.BadUserInput],
  ['UNAUTHENTICATED', errors.Unauthenticated],
  ['FORBIDDEN', errors.Forbidden],
  ['NOT_FOUND', errors.NotFound],
  ['ALREADY_EXISTS', errors.AlreadyExists],
  ['TOO_LARGE', errors.TooLarge],
  ['UNSUPPORTED_MEDIA', errors.UnsupportedMedia],
  ['RATE_LIMITED', errors.RateLimited],
  ['QUERY_TOO_COMPLEX', errors.QueryTooComplex],
  ['UNAVAILABLE', errors.Unavailable],
  ['INTERNAL_SERVER_ERROR', errors.InternalServerError],
] as const

it('has a class for every code', () => {
  expect(classes.map(([code]) => code)).toEqual([...errors.errorCodes])
})

it.each(classes)('%s carries its code and its sentence in both languages', (code, PublicError) => {
  const error = new PublicError(message)
  expect(errors.errorCodeOf(error)).toBe(code)
  expect([errors.messageIn('en', error), errors.messageIn('zh', error), error.message]).toEqual([
    'No.',
    '不行。',
    'No.',
  ])
})

it.each([new errors.Unauthenticated(), new errors.Unavailable(), new errors.InternalServerError()])(
  'has words of its own for $extensions.code',
  (error) => {
    expect(errors.messageIn('zh', error)).toMatch(/[一-龥]/)
    expect(errors.messageIn('en', error)).toMatch(/^[A-Z][a-z ]+\.$/)
  },
)

it('keeps the plain message of an error that knows one language', () => {
  const error = new GraphQLError('Plain.', { extensions: { code: 'NOT_FOUND' } })
  expect([errors.messageIn('zh', error), errors.errorCodeOf(error)]).toEqual(['Plain.', 'NOT_FOUND'])
})

it('knows no code but its own', () => {
  expect(
    errors.errorCodeOf(new GraphQLError('x', { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } })),
  ).toBeUndefined()
  expect(errors.errorCodeOf(new Error('x') as GraphQLError)).toBeUndefined()
})
