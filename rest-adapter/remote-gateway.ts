import { GraphQLError, type ExecutionResult } from 'graphql'
import { Pool } from 'undici'
import { z } from 'zod'
import type { Call, ExecuteOperation, Operation } from '../platform/graphql/call.ts'
import { callerHeader, signCaller } from '../platform/auth/caller.ts'
import { deadlines, type OperationKind } from '../platform/graphql/deadlines.ts'
import { Unavailable } from '../platform/runtime/errors.ts'
import type { Logger } from '../platform/runtime/logger.ts'

export interface RemoteGatewayOptions {
  /** The gateway's GraphQL address. */
  readonly url: string
  /** Proves to the gateway that callers and operations come from this adapter. */
  readonly callerSecret: string
  /** The timeout of an operation, in milliseconds. */
  readonly deadlineMs?: Readonly<Record<OperationKind, number>>
  readonly log: Logger
}

/** A gateway in another process. */
export interface RemoteGateway extends AsyncDisposable {
  /** All transport failures become UNAVAILABLE errors. */
  readonly execute: ExecuteOperation
}

const usualDeadlines = { query: deadlines.query.remoteOperation, mutation: deadlines.mutation.remoteOperation }

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() }))
    .nullish(),
})

/** Opens a connection pool to a gateway in another process. */
export function createRemoteGateway(options: RemoteGatewayOptions): RemoteGateway {
  const { url, callerSecret, deadlineMs = usualDeadlines, log } = options
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin)

  async function post({ kind, ...operation }: Operation, { token, ...facts }: Call): Promise<ExecutionResult> {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: pathname,
      headers: {
        'content-type': 'application/json',
        [callerHeader]: signCaller(callerSecret, { ...facts, viewer: null }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(operation),
      signal: AbortSignal.timeout(deadlineMs[kind]),
    })
    const { data = null, errors } = answer.parse(await body.json())
    if (data === null && !errors?.length) throw new Error(`the gateway answered ${statusCode} with an empty body`)
    return { data, ...(errors && { errors: errors.map(({ message, ...rest }) => new GraphQLError(message, rest)) }) }
  }

  return {
    async execute(operation, call) {
      try {
        return await post(operation, call)
      } catch (error) {
        log.error(
          { err: error, requestId: call.requestId, operation: operation.operationName },
          'no answer from the gateway',
        )
        return { data: null, errors: [new Unavailable()] }
      }
    },
    [Symbol.asyncDispose]: () => pool.close(),
  }
}
