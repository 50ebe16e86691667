import type { ExecutionResult } from 'graphql'
import type { Caller } from '../platform/auth/caller.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'

/** A caller without a token, in English. */
export const anonymous: Caller = {
  viewer: null,
  language: 'en',
  origin: 'http://clients.test',
  clientAddress: '192.0.2.1',
  userAgent: 'test',
  requestId: 'test',
}

/** The same caller with recent writes, who is not served from caches. */
export function anew(caller: Caller): Caller {
  return { ...caller, hasRecentWrites: true }
}

/** A caller who is signed in. */
export function signedIn(userId: string, sessionId = '1'): Caller {
  return { ...anonymous, viewer: { userId, sessionId } }
}

/** A caller who is signed in as an administrator. */
export function administrator(userId: string, sessionId = '1'): Caller {
  return { ...anonymous, viewer: { userId, sessionId, role: 'ADMIN' } }
}

/** Executes an operation that must succeed; returns its data. */
export async function ask<Data = Record<string, never>>(
  subgraph: Subgraph,
  caller: Caller,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const result = await subgraph.execute({ query, variables }, caller)
  if (result.errors) throw new Error(`refused: ${result.errors.map((error) => error.message).join('; ')}`)
  return result.data as Data
}

/** Executes an operation that must fail; returns the first error's code and message. */
export async function refusal(
  subgraph: Subgraph,
  caller: Caller,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<{ code: unknown; message: string }> {
  const { errors, data }: ExecutionResult = await subgraph.execute({ query, variables }, caller)
  const [error] = errors ?? []
  if (!error) throw new Error(`accepted: ${JSON.stringify(data)}`)
  return { code: error.extensions['code'], message: error.message }
}
