import { GraphQLError } from 'graphql'
import { messageIn, type Message } from '../../platform/runtime/errors.ts'
import type { Reader } from '../operation/presented-errors.ts'

/** The codes of requests that are refused before there is an operation in them. */
export type RefusalCode =
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'PERSISTED_QUERY_MISMATCH'

/** Why a request over HTTP is refused before its operation is looked at, and the HTTP status that says so. */
export class RequestRefused extends GraphQLError {
  constructor(
    readonly status: number,
    messages: Message,
    readonly code: RefusalCode = 'BAD_REQUEST',
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(messages.en, { extensions: { code, messages } })
  }

  /** The refusal as its client may see it. */
  shownTo({ language, requestId }: Reader): GraphQLError {
    return new GraphQLError(messageIn(language, this), { extensions: { code: this.code, requestId } })
  }
}

/** A method that this address does not serve (RFC 9110 §15.5.6). */
export function methodNotAllowed(): RequestRefused {
  const messages = {
    en: 'Send operations by POST; queries may come by GET.',
    zh: '请使用 POST 发送操作，查询也可以使用 GET。',
  }
  return new RequestRefused(405, messages, 'BAD_REQUEST', { allow: 'GET, HEAD, OPTIONS, POST' })
}

/** A mutation by GET, which anything between here and the client may repeat. */
export function mutationByGet(): RequestRefused {
  const messages = { en: 'Mutations come by POST alone.', zh: '变更操作只能使用 POST。' }
  return new RequestRefused(405, messages, 'BAD_REQUEST', { allow: 'POST' })
}

/** None of the media types that the client takes is made here. */
export function notAcceptable(): RequestRefused {
  return new RequestRefused(406, {
    en: 'Answers come as application/graphql-response+json or application/json.',
    zh: '响应格式只有 application/graphql-response+json 和 application/json。',
  })
}
