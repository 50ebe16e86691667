import { GraphQLError } from 'graphql'
import type { Call, ExecuteOperation } from '../platform/call.ts'
import { errorCodeOf, Unauthenticated, Unavailable } from '../platform/errors.ts'
import type { Payload, Question, TokenRule } from './endpoint.ts'
import { operations, type Operations } from './operations.generated.ts'

/** The data of an operation, and what is missing in it because a subgraph could not contribute it. */
interface Answer<Data> {
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
  // A root field that is null may mean "there is none", but not when something went wrong.
  if (error && Object.values(data).includes(null)) throw error
  return { data: data as Operations[Name]['data'], errors }
}

/**
 * Asks the graph under a route's token rule and presents the answer.
 *
 * @throws GraphQLError a PublicError, or an error that the gateway made ready to be shown.
 */
export async function askGraph(
  execute: ExecuteOperation,
  question: Question,
  rule: TokenRule,
  call: Call,
  now: number,
): Promise<Payload> {
  const { operation, variables } = question
  const answer = await underTokenRule(rule, call, (caller) => executeNamed(execute, operation, variables, caller))
  const present = question.present as (data: unknown, now: number) => Payload
  try {
    return present(answer.data, now)
  } catch (error) {
    // What the payload lacks, the operation has an error for.
    throw answer.errors[0] ?? error
  }
}

/**
 * Answers a call as a route's token rule has it: where a token is optional, one that is not valid counts as none.
 *
 * @throws Unauthenticated when a token is required and there is none, and whatever `answer` throws.
 */
export async function underTokenRule<Answer>(
  rule: TokenRule,
  call: Call,
  answer: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  if (rule === 'required' && call.token === null) throw new Unauthenticated()
  const anonymous: Call = { ...call, token: null }
  try {
    return await answer(rule === 'ignored' ? anonymous : call)
  } catch (error) {
    if (rule === 'optional' && call.token !== null && isUnauthenticated(error)) return answer(anonymous)
    throw error
  }
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof GraphQLError && errorCodeOf(error) === 'UNAUTHENTICATED'
}
