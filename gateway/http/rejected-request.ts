import { GraphQLError } from 'graphql'
import { messageIn, type Message } from '../../platform/runtime/errors.ts'
import type { Reader } from '../operation/presented-errors.ts'

/** The codes of requests that are rejected before they contain an operation. */
export type RejectionCode =
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'PERSISTED_QUERY_MISMATCH'

/** Why a request is rejected before its operation is examined, with its HTTP status. */
export class RejectedRequest extends GraphQLError {
  constructor(
    readonly status: number,
    messages: Message,
    readonly code: RejectionCode = 'BAD_REQUEST',
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(messages.en, { extensions: { code, messages } })
  }

  /** The error as its client may see it. */
  shownTo({ language, requestId }: Reader): GraphQLError {
    return new GraphQLError(messageIn(language, this), { extensions: { code: this.code, requestId } })
  }
}

/** A method that this address does not support (RFC 9110 §15.5.6). */
export function methodNotAllowed(): RejectedRequest {
  const messages = {
    en: 'Use POST to send operations; GET is supported for queries only.',
    zh: '请使用 POST 发送操作，查询也可以使用 GET。',
  }
  return new RejectedRequest(405, messages, 'BAD_REQUEST', { allow: 'GET, HEAD, OPTIONS, POST' })
}

/** A mutation by GET, which intermediaries may repeat. */
export function mutationByGet(): RejectedRequest {
  const messages = { en: 'Mutations require POST.', zh: '变更操作只能使用 POST。' }
  return new RejectedRequest(405, messages, 'BAD_REQUEST', { allow: 'POST' })
}

/** None of the media types that the client accepts is supported. */
export function notAcceptable(): RejectedRequest {
  return new RejectedRequest(406, {
    en: 'The supported response types are application/graphql-response+json and application/json.',
    zh: '响应格式仅支持 application/graphql-response+json 和 application/json。',
  })
}
