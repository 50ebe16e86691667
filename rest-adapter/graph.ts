import { GraphQLError } from 'graphql'
import type { Call, ExecuteOperation } from '../platform/graphql/call.ts'
import { errorCodeOf, Unauthenticated, Unavailable } from '../platform/runtime/errors.ts'
import type { Payload, GraphRequest, TokenRule } from './endpoint.ts'
import { operations, type Operations } from './operations.generated.ts'

/** The data of an operation, with an error for everything that a subgraph could not contribute. */
export interface Answer<Data = object> {
  readonly data: Data
  readonly errors: readonly GraphQLError[]
}

/**
 * Executes one of the adapter's own operations.
 *
 * @throws GraphQLError the operation's first error, when it left nothing to show.
 */
export async function executeNamed<Name extends keyof Operations>(
  execute: ExecuteOperation,
  name: Name,
  variables: Operations[Name]['variables'],
  call: Call,
): Promise<Answer<Operations[Name]['data']>> {
  const { kind, text } = operations[name]
  const { data, errors = [] } = await execute({ kind, query: text, operationName: name, variables }, call)
  const [error] = errors
  if (data == null) throw error ?? new Unavailable()
  // A root field that is null may mean "does not exist", but not when there was an error.
  if (error && Object.values(data).includes(null)) throw error
  return { data: data as Operations[Name]['data'], errors }
}

/**
 * Executes an operation under a route's token rule: where a token is optional, an invalid one counts as none.
 *
 * @throws GraphQLError Unauthenticated when a required token is missing, or an error that the gateway made ready for clients.
 */
export async function executeRequest(
  execute: ExecuteOperation,
  { operation, variables }: GraphRequest,
  rule: TokenRule,
  call: Call,
): Promise<Answer> {
  if (rule === 'required' && call.token === null) throw new Unauthenticated()
  const requestFor = (caller: Call): Promise<Answer> => executeNamed(execute, operation, variables, caller)
  try {
    return await requestFor(rule === 'ignored' ? anonymously(call) : call)
  } catch (error) {
    if (rule === 'optional' && call.token !== null && isUnauthenticated(error)) return requestFor(anonymously(call))
    throw error
  }
}

/**
 * The payload that a route makes of an answer.
 *
 * @throws GraphQLError a PublicError, or the error that explains why the answer lacks what the route must show.
 */
export function presentAnswer(question: GraphRequest, { data, errors }: Answer, now: number): Payload {
  const present = question.present as (data: object, now: number) => Payload
  try {
    return present(data, now)
  } catch (error) {
    throw errors[0] ?? error
  }
}

function anonymously(call: Call): Call {
  return call.token === null ? call : { ...call, token: null }
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof GraphQLError && errorCodeOf(error) === 'UNAUTHENTICATED'
}
