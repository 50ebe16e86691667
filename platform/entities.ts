import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql'

/** What the gateway knows of an entity: its type and its key. */
export interface Representation {
  readonly __typename: string
}

type ResolveReference = (reference: Representation, context: unknown, info: GraphQLResolveInfo) => unknown

/**
 * Makes `_entities` answer all references of a fetch at once. The resolver of @apollo/subgraph makes a promise of each,
 * and writes `__typename` into the object that it gets, which may be somebody's cached row. Here a failed reference stands as
 * an Error in its own place, so that it nulls no other.
 */
export function resolveEntitiesTogether(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()['_entities']
  if (!field) return
  field.resolve = (_root, { representations }: { representations: readonly Representation[] }, context, info) => {
    const entities = representations.map((representation) => resolveEntity(representation, context, info))
    return entities.some(isPromise) ? Promise.all(entities) : entities
  }
}

function resolveEntity(representation: Representation, context: unknown, info: GraphQLResolveInfo): unknown {
  const { __typename } = representation
  const extensions = info.schema.getType(__typename)?.extensions as
    { apollo?: { subgraph?: { resolveReference?: ResolveReference } } } | undefined
  const resolveReference = extensions?.apollo?.subgraph?.resolveReference
  if (!resolveReference) return representation
  try {
    const entity = resolveReference(representation, context, info)
    return isPromise(entity) ? entity.then((value) => typed(value, __typename), asError) : typed(entity, __typename)
  } catch (error) {
    return asError(error)
  }
}

/** A copy with its type; first of all keys, because V8 makes a slow dictionary of a copy that grows. */
function typed(entity: unknown, __typename: string): unknown {
  return typeof entity === 'object' && entity !== null && !(entity instanceof Error)
    ? { __typename, ...entity }
    : (entity ?? null)
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
