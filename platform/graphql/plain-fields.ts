import {
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql'
import { argumentsOf, type Row } from './plain-arguments.ts'
import { afterAll, asError, isPromise } from './maybe-promise.ts'

/** The result of a field whose arguments are invalid; nothing was executed. */
export const wrongArguments = Symbol('wrong arguments')

/** A field with a resolver. */
interface ResolvedField {
  readonly responseName: string
  /** Returns a promise, a value, an Error, or `wrongArguments`. */
  readonly resolve: (source: unknown, context: unknown, variables: Row) => unknown
}

/** The root fields of a plain operation. */
export interface PlainFields {
  readonly fields: readonly ResolvedField[]
  /** Whether it only resolves entities. */
  readonly isEntitiesAlone: boolean
}

/**
 * Reads the root fields of a query whose resolvers, and those of entities, return everything that is selected. Null when other
 * resolvers are needed.
 */
export function readPlainFields(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  query: GraphQLObjectType,
): PlainFields | null {
  function rootFields(type: GraphQLObjectType): PlainFields | null {
    const fields: ResolvedField[] = []
    const names = new Set<string>()
    const { selections } = operation.selectionSet
    for (const node of selections) {
      if (node.kind !== Kind.FIELD || hasDirectives(node)) return null
      const field =
        node.name.value === '_entities' ? entitiesField(type, node) : resolvedField(type, node, isPlainBelow)
      if (!field || names.has(field.responseName)) return null
      names.add(field.responseName)
      fields.push(field)
    }
    const [first] = selections
    const isEntitiesAlone = selections.length === 1 && first?.kind === Kind.FIELD && first.name.value === '_entities'
    return { fields, isEntitiesAlone }
  }

  /** Entities of one type. */
  function entitiesField(parent: GraphQLObjectType, node: FieldNode): ResolvedField | null {
    const [fragment, ...others] = node.selectionSet?.selections ?? []
    if (fragment?.kind !== Kind.INLINE_FRAGMENT || others.length > 0 || hasDirectives(fragment)) return null
    const type = schema.getType(fragment.typeCondition?.name.value ?? '')
    if (!isObjectType(type)) return null
    const plain: string[] = []
    const resolved: ResolvedField[] = []
    const names = new Set<string>()
    for (const selection of fragment.selectionSet.selections) {
      if (selection.kind !== Kind.FIELD) return null
      if (isPlain(type, selection)) plain.push(selection.name.value)
      else {
        const field = resolvedField(type, selection, isPlainBelow)
        if (!field || hasDirectives(selection)) return null
        resolved.push(field)
      }
      const name = (selection.alias ?? selection.name).value
      if (names.has(name)) return null
      names.add(name)
    }
    const field = resolvedField(parent, node, () => true)
    if (!field || resolved.length === 0) return field

    /** An entity with the results of its resolvers; anything that is not an entity stays as it is. */
    function withResolved(entity: unknown, context: unknown, variables: Row): unknown {
      if (typeof entity !== 'object' || entity === null || entity instanceof Error) return entity
      const source = entity as Row
      const values = resolved.map((each) => each.resolve(source, context, variables))
      return afterAll(values, (all) => {
        const data: Record<string, unknown> = { __typename: source['__typename'] }
        for (const name of plain) data[name] = source[name]
        resolved.forEach(({ responseName }, index) => {
          const value = all[index]
          data[responseName] = value === wrongArguments ? new Error('the arguments do not fit') : value
        })
        return data
      })
    }

    return {
      responseName: field.responseName,
      resolve(source, context, variables) {
        const entities = field.resolve(source, context, variables)
        const each = (found: unknown): unknown =>
          Array.isArray(found)
            ? afterAll(
                found.map((entity) => withResolved(entity, context, variables)),
                (all) => all,
              )
            : found
        return isPromise(entities) ? entities.then(each) : each(entities)
      },
    }
  }

  function resolvedField(
    parent: GraphQLObjectType,
    node: FieldNode,
    isReadable: (field: GraphQLField<unknown, unknown>, node: FieldNode) => boolean,
  ): ResolvedField | null {
    const field = parent.getFields()[node.name.value]
    if (!field?.resolve || !isReadable(field, node)) return null
    const { resolve } = field
    const responseName = (node.alias ?? node.name).value
    const info: GraphQLResolveInfo = {
      fieldName: field.name,
      fieldNodes: [node],
      returnType: field.type,
      parentType: parent,
      path: { prev: undefined, key: responseName, typename: parent.name },
      schema,
      // Nothing read here contains fragment spreads.
      fragments: {},
      rootValue: {},
      operation,
      variableValues: {},
    }
    const readArguments = argumentsOf(field, node)
    return {
      responseName,
      resolve(source, context, variables) {
        const given = readArguments(variables)
        if (!given) return wrongArguments
        try {
          const value: unknown = resolve(source, given, context, info)
          return isPromise(value) ? value.then(undefined, asError) : value
        } catch (error) {
          return asError(error)
        }
      },
    }
  }

  function isPlainBelow(field: GraphQLField<unknown, unknown>, node: FieldNode): boolean {
    const named = getNamedType(field.type)
    if (!isCompositeType(named)) return true
    const names = new Set<string>()
    return (
      isObjectType(named) &&
      (node.selectionSet?.selections ?? []).every((selection) => {
        if (!isPlain(named, selection)) return false
        const { size } = names
        return names.add(selection.name.value).size > size
      })
    )
  }

  /** Whether a selection is a property of its parent. */
  function isPlain(parent: GraphQLObjectType, selection: SelectionNode): selection is FieldNode {
    if (selection.kind !== Kind.FIELD || hasDirectives(selection) || selection.alias) return false
    if (selection.arguments && selection.arguments.length > 0) return false
    if (selection.name.value === '__typename') return true
    const field = parent.getFields()[selection.name.value]
    return field !== undefined && !field.resolve && field.args.length === 0 && isPlainBelow(field, selection)
  }

  return rootFields(query)
}

function hasDirectives({ directives }: SelectionNode): boolean {
  return directives !== undefined && directives.length > 0
}
