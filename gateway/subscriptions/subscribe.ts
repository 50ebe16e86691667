import {
  getArgumentValues,
  getVariableValues,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import { requireViewer } from '../../platform/auth/caller.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Operations } from '../operation/operations.ts'
import type { PreparedOperation } from '../operation/prepared-operation.ts'
import { presentError } from '../operation/presented-errors.ts'
import type { Subscriber } from './audience.ts'
import { decodeEventCursor } from './cursor.ts'
import { rootFields } from './event-query.ts'
import { createEventRenderer } from './event-renderer.ts'
import type { EventStreams } from './event-streams.ts'

type Variables = Readonly<Record<string, unknown>>

/** A client that subscribes. */
export interface Subscribing {
  readonly operation: PreparedOperation
  readonly given: Variables
  readonly caller: Caller
  /** Where the client goes on, when it says so beside its operation. */
  readonly lastEventId?: string | undefined
}

/** Takes a subscription in: answers how to leave it, or why it is refused. */
export type Subscribe = (subscribing: Subscribing, subscriber: Subscriber) => (() => void) | readonly GraphQLError[]

export interface SubscribeOptions {
  readonly schema: GraphQLSchema
  readonly operations: Pick<Operations, 'errorsOf'>
  /** For what the server asks by itself. */
  readonly ownOperations: Pick<Operations, 'prepare' | 'answer'>
  readonly streams: Pick<EventStreams, 'join'>
  readonly log: Logger
}

/** Admits subscriptions as queries are admitted: by their form, cost and rate; and asks who subscribes to sign in. */
export function createSubscribe(options: SubscribeOptions): Subscribe {
  const { schema, operations, ownOperations, streams, log } = options
  const events = schema.getSubscriptionType()?.getFields()['events']
  if (!events) throw new Error('the schema has no events')

  function admitted(
    { operation, given, caller, lastEventId }: Subscribing,
    subscriber: Subscriber,
  ): (() => void) | readonly GraphQLError[] {
    const errors = operations.errorsOf(operation, given, caller, 'client')
    if (errors) return errors
    const { userId } = requireViewer(caller)
    const definitions = operation.node.variableDefinitions ?? []
    const variables = getVariableValues(schema, definitions, given).coerced ?? {}
    const fragments = new Map<string, FragmentDefinitionNode>()
    for (const node of operation.document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
    }
    const [field] = rootFields(operation.node, fragments, variables)
    if (field?.name.value !== 'events' || !events) return []
    const { after } = getArgumentValues(events, field, variables)
    const from = lastEventId ?? (after as string | null | undefined)
    const key = (field.alias ?? field.name).value
    const { after: _, ...deciding } = given
    return streams.join(
      {
        userId,
        audience: JSON.stringify([operation.text, operation.name, deciding, caller.language, caller.origin]),
        createRenderer: () => createEventRenderer(ownOperations, { operation, given, variables, key }),
        after: from == null ? null : decodeEventCursor(from),
      },
      subscriber,
    )
  }

  return (subscribing, subscriber) => {
    try {
      return admitted(subscribing, subscriber)
    } catch (error) {
      return [presentError(error, subscribing.caller, log)]
    }
  }
}
