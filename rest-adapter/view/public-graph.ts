import { GraphQLError } from 'graphql'
import type { Call, ExecuteOperation } from '../../platform/call.ts'
import { errorCodeOf, Unavailable } from '../../platform/errors.ts'
import { operations, type Operations } from '../operations.generated.ts'

/**
 * Asks the graph what everybody may see, as an anonymous caller. A root field is null while its subgraph is away, or when
 * there is no such thing.
 *
 * @throws GraphQLError when there is nothing in the answer because something went wrong.
 */
export type AskPublic = <Name extends keyof Operations>(
  name: Name,
  variables: Operations[Name]['variables'],
) => Promise<Operations[Name]['data']>

/** Opens the public graph for those whose URLs begin with one address. */
export function openPublicGraph(execute: ExecuteOperation, origin: string): AskPublic {
  return async (name, variables) => {
    const { data, errors = [] } = await execute(
      { kind: operations[name].kind, query: operations[name].text, operationName: name, variables },
      publicCall(origin),
    )
    const [error] = errors
    if (data == null) throw error ?? new Unavailable()
    if (error && Object.values(data).every((value) => value === null)) throw error
    return data as Operations[typeof name]['data']
  }
}

/** An answer, or something else while the subgraph that would give it is away. */
export async function unlessAway<Answer>(answer: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof GraphQLError && errorCodeOf(error) === 'UNAVAILABLE') return otherwise
    throw error
  }
}

/** A call of this adapter on its own account, for everybody under one address. */
function publicCall(origin: string): Call {
  return {
    token: null,
    language: 'zh',
    origin,
    clientAddress: '',
    userAgent: 'rest-adapter',
    requestId: 'everybody',
  }
}
