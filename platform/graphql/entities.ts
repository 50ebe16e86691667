import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql'
import { askedFields, type AskedFields } from './asked-fields.ts'
import { asError, isPromise } from './maybe-promise.ts'

/** A reference to an entity: its type and its key. */
export interface Representation {
  readonly __typename: string
  readonly id: string
}

/**
 * Resolves the references to one type in a fetch: for each id, in order, the entity, null when it does not exist, or an Error.
 * Selected fields of the result should be plain values; each field that needs a resolver costs as much as reading ten values.
 *
 * @param asked the selected fields.
 */
export type ResolveReferences<Context> = (
  ids: readonly string[],
  context: Context,
  asked: AskedFields,
) => Promise<readonly (object | null)[]>

/** By the name of the type. */
export type ReferenceResolvers<Context> = Readonly<Record<string, ResolveReferences<Context>>>

type ResolveReference = (reference: Representation, context: unknown, info: GraphQLResolveInfo) => unknown

/**
 * Makes `_entities` resolve all references of a fetch together: by the type's batch resolver, or by `__resolveReference` for
 * each. The resolver of @apollo/subgraph creates a promise per reference, and writes `__typename` into the returned object,
 * which may be a shared cached row. Here a failed reference is an Error in its own place, so it does not null the others.
 */
export function resolveEntitiesTogether<Context>(schema: GraphQLSchema, resolvers: ReferenceResolvers<Context>): void {
  const field = schema.getQueryType()?.getFields()['_entities']
  if (!field) return
  field.resolve = (_root, { representations }: { representations: readonly Representation[] }, context, info) => {
    const [first] = representations
    const resolveAll = first && resolvers[first.__typename]
    if (resolveAll && representations.every(({ __typename }) => __typename === first.__typename)) {
      return resolveTogether(first.__typename, resolveAll, representations, context as Context, info)
    }
    const entities = representations.map((representation) => {
      const { __typename } = representation
      const resolve = resolvers[__typename]
      if (!resolve) return resolveEntity(representation, context, info)
      const alone = resolveTogether(__typename, resolve, [representation], context as Context, info)
      return alone.then(([entity]) => entity)
    })
    return entities.some(isPromise) ? Promise.all(entities) : entities
  }
}

async function resolveTogether<Context>(
  type: string,
  resolve: ResolveReferences<Context>,
  references: readonly Representation[],
  context: Context,
  info: GraphQLResolveInfo,
): Promise<unknown[]> {
  try {
    const entities = await resolve(
      references.map(({ id }) => id),
      context,
      askedFields(info),
    )
    return entities.map((entity) => typed(entity, type))
  } catch (error) {
    return references.map(() => asError(error))
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

/**
 * The entity if it has its `__typename` already, else a copy with it; the first key, because V8 makes a slow dictionary of a
 * copy that grows.
 */
function typed(entity: unknown, __typename: string): unknown {
  if (typeof entity !== 'object' || entity === null || entity instanceof Error) return entity ?? null
  return (entity as Partial<Representation>).__typename === __typename ? entity : { __typename, ...entity }
}
