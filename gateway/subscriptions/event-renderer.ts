import { randomUUID } from 'node:crypto'
import type { GraphQLError } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import { errorCodeOf, Unavailable } from '../../platform/runtime/errors.ts'
import type { Operations } from '../operation/operations.ts'
import { isPrepared, type PreparedOperation } from '../operation/prepared-operation.ts'
import type { Event } from './event.ts'
import { eventTypes } from './event-fields.ts'
import { createEventQuery, type EventQuery } from './event-query.ts'

type Variables = Readonly<Record<string, unknown>>

/** A subscription to events that was admitted. */
export interface EventSubscription {
  readonly operation: PreparedOperation
  readonly given: Variables
  /** The same, coerced. */
  readonly variables: Variables
  /** Under which name its events are answered. */
  readonly key: string
}

/** Shows events as subscriptions select them. */
export interface EventRenderer {
  /**
   * The result of one event as JSON; null when the caller is shown nothing of it.
   *
   * @throws Unavailable when that cannot be decided now.
   */
  render(event: Event, cursor: string, caller: Caller): Promise<string | null>
}

/**
 * Shows events to users: each is asked of the graph as a query of theirs, so that they see what a query would show them
 * now, and nothing else.
 *
 * @param operations for what the server asks by itself: they count in no rate.
 */
export function createEventRenderer(
  operations: Pick<Operations, 'prepare' | 'answer'>,
  subscription: EventSubscription,
): EventRenderer {
  const { operation, given, variables, key } = subscription
  const queries = new Map<string, { readonly query: EventQuery; readonly prepared: PreparedOperation | null }>()

  function queryFor(type: string) {
    const known = queries.get(type)
    if (known) return known
    const query = createEventQuery(operation.document, operation.node, variables, given, type)
    const prepared = query.text === null ? null : operations.prepare(query.text, undefined, 'client')
    if (prepared && !isPrepared(prepared)) throw prepared.error
    const made = { query, prepared }
    queries.set(type, made)
    return made
  }

  return {
    async render(event, cursor, caller) {
      const { query, prepared } = queryFor(event.type)
      const isReadAnew = eventTypes[event.type]?.isReadAnew
      const asking: Caller = { ...caller, requestId: randomUUID(), ...(isReadAnew && { hasRecentWrites: true }) }
      const { data, errors } = prepared
        ? await operations.answer(prepared, query.variablesFor(event), asking, 'client')
        : { data: {}, errors: undefined }
      const shown = data ? query.assemble(event, cursor, data) : null
      if (shown) return JSON.stringify({ data: { [key]: shown }, ...(errors && { errors: errors.map(behind(key)) }) })
      if (errors?.some(isPassing) && !eventTypes[event.type]?.isTransient) throw new Unavailable()
      return null
    },
  }
}

function isPassing(error: GraphQLError): boolean {
  const code = errorCodeOf(error)
  return code === 'UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR'
}

/** An error with the path that the client knows. */
function behind(key: string): (error: GraphQLError) => object {
  return ({ message, path, extensions }) => ({ message, ...(path && { path: [key, ...path] }), extensions })
}
