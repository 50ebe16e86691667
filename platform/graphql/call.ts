import type { ExecutionResult } from 'graphql'
import type { Caller, Viewer } from '../auth/caller.ts'
import type { OperationKind } from './deadlines.ts'

/** An incoming call: everything about a caller except who they are, and the token that will tell. */
export interface Call extends Omit<Caller, 'viewer'> {
  /** The access token; null for an anonymous call. */
  readonly token: string | null
}

/**
 * The caller of a call, once it is known who they are. Written out, as `{ ...call, viewer }` takes V8 more than a microsecond,
 * and every request needs it.
 */
export function callerOf(call: Call, viewer: Viewer | null): Caller {
  const { language, origin, clientAddress, userAgent, requestId, hasRecentWrites, hasInvalidToken } = call
  return { viewer, language, origin, clientAddress, userAgent, requestId, hasRecentWrites, hasInvalidToken }
}

/** One operation of a client. */
export interface Operation {
  readonly kind: OperationKind
  readonly query: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

/** Executes an operation for a call; errors are ready for the client. */
export type ExecuteOperation = (operation: Operation, call: Call) => Promise<ExecutionResult>
