import { GraphQLError } from 'graphql'
import { BadUserInput, errorCodeOf, messageIn, TooLarge, type Language } from '../platform/runtime/errors.ts'
import type { Payload } from './endpoint.ts'
import { statusCodes, success } from './status-codes.ts'

/** An answer of the contract; HTTP says 200 to all of them. */
export interface Envelope {
  readonly status_code: number
  readonly status_msg: string
}

/** The answer to a call that succeeded. */
export function successEnvelope<Body extends Payload>(payload: Body): Envelope & Body {
  return { status_code: success, status_msg: 'success', ...payload }
}

/** The answer to a call that failed, with a sentence for the person in front of the client. */
export function failureEnvelope(error: GraphQLError, language: Language, neutral: Payload): Envelope {
  const code = errorCodeOf(error) ?? 'INTERNAL_SERVER_ERROR'
  return { status_code: statusCodes[code], status_msg: messageIn(language, error), ...neutral }
}

/** What was thrown, as an error that a person may see; null when it tells of the inside. */
export function asPublicError(thrown: unknown): GraphQLError | null {
  if (thrown instanceof GraphQLError && errorCodeOf(thrown)) return thrown
  const statusCode = httpStatusOf(thrown)
  if (statusCode === 413) return new TooLarge({ en: 'The request is too large.', zh: '请求内容过大。' })
  if (statusCode >= 400 && statusCode < 500) {
    return new BadUserInput({ en: 'The request cannot be read.', zh: '无法解析请求内容。' })
  }
  return null
}

/** What the web framework and its parsers say about a request that they refuse; 500 of anything else. */
function httpStatusOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return 500
  return Number(thrown.statusCode)
}
