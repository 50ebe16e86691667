import {
  execute,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isCompositeType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  type ExecutionResult,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql'

type Row = Readonly<Record<string, unknown>>

/**
 * What resolvers answered, as they hold it: objects that others may hold, too, so nobody may write to them. Leaves are not
 * checked, what could not be read is an Error in its own place, and objects may have more in them than was asked for.
 */
export interface Values {
  /** By response names, which are the names of fields everywhere but at the root. */
  readonly data: Row
  /** The same as GraphQL answers it: copied, checked, and with the errors apart. */
  readonly complete: () => ExecutionResult | Promise<ExecutionResult>
}

/** Null when the variables do not fit; nothing has run then. */
export type PlainOperation = (context: unknown, variables: Row) => Values | Promise<Values> | null

export interface PlainSchemas {
  readonly schema: GraphQLSchema
  /** The same without any resolver. */
  readonly withoutResolvers: () => GraphQLSchema
}

/** A field with a resolver of its own. */
interface ResolvedField {
  readonly responseName: string
  /** A promise, a value, an Error, or `wrongArguments`. */
  readonly resolve: (source: unknown, context: unknown, variables: Row) => unknown
}

const wrongArguments = Symbol('wrong arguments')

/**
 * Prepares a query in which only root fields, and fields of entities, have resolvers: what these answer holds all that was
 * asked for. Null for every other operation, and for what is not valid.
 */
export function preparePlainOperation(
  { schema, withoutResolvers }: PlainSchemas,
  query: string,
  operationName: string | undefined,
): PlainOperation | null {
  const document = parse(query)
  const operation = getOperationAST(document, operationName)
  const type = schema.getQueryType()
  if (operation?.operation !== OperationTypeNode.QUERY || !type) return null
  const read = createReader(schema, operation)
  const roots = read.rootFields(type)
  if (!roots) return null
  const { variableDefinitions = [] } = operation
  const isCoerced = variableDefinitions.length > 0 && !roots.isEntitiesAlone

  return (context, given) => {
    const variables = isCoerced
      ? getVariableValues(schema, variableDefinitions, given, { maxErrors: 1 }).coerced
      : given
    if (!variables) return null
    const values: unknown[] = []
    for (const field of roots.fields) {
      const value = field.resolve({}, context, variables)
      // Only before anything has run: all of them are read before the first promise is waited for.
      if (value === wrongArguments) return null
      values.push(value)
    }
    const answer = (resolved: readonly unknown[]): Values => {
      const data: Record<string, unknown> = {}
      roots.fields.forEach(({ responseName }, index) => (data[responseName] = resolved[index]))
      const complete = (): ExecutionResult | Promise<ExecutionResult> =>
        execute({
          schema: withoutResolvers(),
          document,
          operationName,
          variableValues: given,
          rootValue: data,
          fieldResolver: (source: Row, _arguments, _context, { path }) => source[path.key],
        })
      return { data, complete }
    }
    return afterAll(values, answer)
  }
}

function createReader(schema: GraphQLSchema, operation: OperationDefinitionNode) {
  function rootFields(
    type: GraphQLObjectType,
  ): { readonly fields: readonly ResolvedField[]; readonly isEntitiesAlone: boolean } | null {
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

    /** An entity with what its resolvers answer; whatever is no entity stays as it is. */
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
      // None are spread in what is read here.
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

  /** Whether a selection is a property of the object that it is made on. */
  function isPlain(parent: GraphQLObjectType, selection: SelectionNode): selection is FieldNode {
    if (selection.kind !== Kind.FIELD || hasDirectives(selection) || selection.alias) return false
    if (selection.arguments && selection.arguments.length > 0) return false
    if (selection.name.value === '__typename') return true
    const field = parent.getFields()[selection.name.value]
    return field !== undefined && !field.resolve && field.args.length === 0 && isPlainBelow(field, selection)
  }

  return { rootFields }
}

/** Reads what is given to a field; once, when no variable is part of it. Null for what does not fit. */
function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (variables: Row) => Row | null {
  const { arguments: given = [] } = node
  const readNow = (variables: Row): Row | null => {
    try {
      return getArgumentValues(field, node, variables)
    } catch {
      return null
    }
  }
  // What the gateway knows of entities is a scalar that is passed on as it is.
  const [only] = given
  if (field.name === '_entities' && given.length === 1 && only?.value.kind === Kind.VARIABLE) {
    const name = only.value.name.value
    return (variables) => {
      const representations = variables[name]
      return Array.isArray(representations) ? { representations } : null
    }
  }
  const isConstant = given.every(
    ({ value: { kind } }) => kind === Kind.INT || kind === Kind.STRING || kind === Kind.BOOLEAN || kind === Kind.ENUM,
  )
  if (!isConstant) return readNow
  const known = readNow({})
  return () => known && { ...known }
}

function hasDirectives({ directives }: SelectionNode): boolean {
  return directives !== undefined && directives.length > 0
}

/** What is made of values, at once unless one of them is a promise. None of them rejects. */
function afterAll<Result>(
  values: readonly unknown[],
  make: (values: readonly unknown[]) => Result,
): Result | Promise<Result> {
  const [first] = values
  if (values.length === 1 && isPromise(first)) return first.then((value) => make([value]))
  return values.some(isPromise) ? Promise.all(values).then(make) : make(values)
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
