import { GraphQLError } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import { errorCodeOf, InternalServerError, messageIn, retryAfterOf } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'

/** The client for whom an error is presented. */
export type Reader = Pick<Caller, 'language' | 'requestId'>

/** The codes of GraphQL's own errors about a request, as in Apollo Server. */
export type RequestErrorCode =
  'GRAPHQL_PARSE_FAILED' | 'OPERATION_RESOLUTION_FAILURE' | 'GRAPHQL_VALIDATION_FAILED' | 'BAD_USER_INPUT'

/** An error as a client may see it: in their language, with its code, and without internal details. */
export function presentError(error: unknown, reader: Reader, log: Logger): GraphQLError {
  const path = error instanceof GraphQLError ? error.path : undefined
  const code = error instanceof GraphQLError ? errorCodeOf(error) : undefined
  if (code === undefined) log.error({ err: error, requestId: reader.requestId }, 'an operation failed')
  const shown = error instanceof GraphQLError && code !== undefined ? error : new InternalServerError()
  const retryAfter = retryAfterOf(shown)
  return new GraphQLError(messageIn(reader.language, shown), {
    ...(path && { path }),
    extensions: {
      code: code ?? 'INTERNAL_SERVER_ERROR',
      requestId: reader.requestId,
      ...(retryAfter !== undefined && { retryAfter }),
    },
  })
}

/** GraphQL's error about a request, with its own message and locations. */
export function presentRequestError(
  { message, nodes, source, positions }: GraphQLError,
  code: RequestErrorCode,
  { requestId }: Reader,
): GraphQLError {
  return new GraphQLError(message, { nodes, source, positions, extensions: { code, requestId } })
}
