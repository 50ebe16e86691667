import { GraphQLError } from 'graphql'
import { BadUserInput, errorCodeOf, messageIn, TooLarge, type Language } from '../platform/runtime/errors.ts'
import type { Payload } from './endpoint.ts'
import { statusCodes, success } from './status-codes.ts'

/** An answer of the contract; its HTTP status is always 200. */
export interface Envelope {
  readonly status_code: number
  readonly status_msg: string
}

/** The answer to a successful call. */
export function successEnvelope<Body extends Payload>(payload: Body): Envelope & Body {
  return { status_code: success, status_msg: 'success', ...payload }
}

/** The answer to a failed call, with a message for the user. */
export function failureEnvelope(error: GraphQLError, language: Language, failurePayload: Payload): Envelope {
  const code = errorCodeOf(error) ?? 'INTERNAL_SERVER_ERROR'
  return { status_code: statusCodes[code], status_msg: messageIn(language, error), ...failurePayload }
}

/** What was thrown, as an error that users may see; null when it has internal details. */
export function asPublicError(thrown: unknown): GraphQLError | null {
  if (thrown instanceof GraphQLError && errorCodeOf(thrown)) return thrown
  const statusCode = httpStatusOf(thrown)
  if (statusCode === 413) return new TooLarge({ en: 'The request is too large.', zh: '请求内容过大。' })
  if (statusCode >= 400 && statusCode < 500) {
    return new BadUserInput({ en: 'The request cannot be parsed.', zh: '无法解析请求内容。' })
  }
  return null
}

/** The HTTP status that the web framework and its parsers give to a request they reject; 500 for anything else. */
function httpStatusOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return 500
  return Number(thrown.statusCode)
}
