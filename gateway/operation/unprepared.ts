import { GraphQLError } from 'graphql'
import { messageIn } from '../../platform/runtime/errors.ts'
import { tooManyTokens } from './admission.ts'
import type { Unprepared } from './prepared-operation.ts'
import { presentRequestError, type Reader } from './presented-errors.ts'

/** What is wrong with a text that is no operation; that it is too long says more than where the parser gave up. */
export function presentUnprepared({ error, code }: Unprepared, text: string, reader: Reader): GraphQLError {
  const tooLong = code === 'GRAPHQL_PARSE_FAILED' && tooManyTokens(text)
  if (!tooLong) return presentRequestError(error, code, reader)
  const extensions = { code: tooLong.extensions['code'], requestId: reader.requestId }
  return new GraphQLError(messageIn(reader.language, tooLong), { extensions })
}
