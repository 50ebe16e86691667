import { GraphQLError } from 'graphql'

/** The languages of error messages. */
export type Language = 'en' | 'zh'

/** One sentence for users, in every language. */
export type Message = Readonly<Record<Language, string>>

/** Every code that clients can get in `extensions.code`; the edges map each of them. */
export const errorCodes = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** What an error tells programs besides its code. */
export interface ErrorDetails {
  /** After how many seconds a retry makes sense. */
  readonly retryAfter?: number
}

/** An error whose message users may see. `extensions.messages` carries all languages to the edge, which picks one. */
export class PublicError extends GraphQLError {
  constructor(code: ErrorCode, messages: Message, details: ErrorDetails = {}) {
    super(messages.en, { extensions: { code, messages, ...details } })
  }
}

export class BadUserInput extends PublicError {
  constructor(messages: Message) {
    super('BAD_USER_INPUT', messages)
  }
}

export class Unauthenticated extends PublicError {
  constructor(messages: Message = { en: 'Please sign in.', zh: '请先登录。' }) {
    super('UNAUTHENTICATED', messages)
  }
}

export class Forbidden extends PublicError {
  constructor(messages: Message) {
    super('FORBIDDEN', messages)
  }
}

export class NotFound extends PublicError {
  constructor(messages: Message) {
    super('NOT_FOUND', messages)
  }
}

export class AlreadyExists extends PublicError {
  constructor(messages: Message) {
    super('ALREADY_EXISTS', messages)
  }
}

export class TooLarge extends PublicError {
  constructor(messages: Message) {
    super('TOO_LARGE', messages)
  }
}

export class UnsupportedMedia extends PublicError {
  constructor(messages: Message) {
    super('UNSUPPORTED_MEDIA', messages)
  }
}

export class RateLimited extends PublicError {
  /** @param retryAfter after how many seconds a retry will be accepted. */
  constructor(messages: Message, retryAfter = 1) {
    super('RATE_LIMITED', messages, { retryAfter: Math.max(1, Math.ceil(retryAfter)) })
  }
}

/** The error for a user who does something more often than the rate limit allows. */
export function tooOften(seconds: number): RateLimited {
  const messages = {
    en: `You are doing this too often. Please try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    zh: `操作过于频繁，请在 ${seconds} 秒后再试。`,
  }
  return new RateLimited(messages, seconds)
}

export class QueryTooComplex extends PublicError {
  constructor(messages: Message) {
    super('QUERY_TOO_COMPLEX', messages)
  }
}

export class Unavailable extends PublicError {
  constructor(messages: Message = { en: 'Please try again in a moment.', zh: '服务繁忙，请稍后再试。' }) {
    super('UNAVAILABLE', messages, { retryAfter: 1 })
  }
}

export class InternalServerError extends PublicError {
  constructor(messages: Message = { en: 'Something went wrong on our side.', zh: '服务器开小差了，请稍后再试。' }) {
    super('INTERNAL_SERVER_ERROR', messages)
  }
}

/** The code of an error if it is one of ours, otherwise undefined. */
export function errorCodeOf(error: { readonly extensions?: Readonly<Record<string, unknown>> }): ErrorCode | undefined {
  return errorCodes.find((code) => code === error.extensions?.['code'])
}

/** After how many seconds a client may retry; undefined when the error does not say. */
export function retryAfterOf(error: { readonly extensions?: Readonly<Record<string, unknown>> }): number | undefined {
  const seconds = error.extensions?.['retryAfter']
  return typeof seconds === 'number' ? seconds : undefined
}

/** The message of an error in a language; the plain message when it has no translations. */
export function messageIn(language: Language, error: Pick<GraphQLError, 'message' | 'extensions'>): string {
  const messages = error.extensions['messages'] as Partial<Message> | undefined
  return messages?.[language] ?? error.message
}
