import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql'

/** A value in an argument of a field that clients may choose. */
export interface ArgumentPlace {
  /** The field and the argument, as `Mutation.addComment(input.content)`. */
  readonly name: string
  readonly fieldName: string
  /** The name of the value. */
  readonly leaf: string
  readonly query: string
  /** Variables that are valid except for this value. */
  readonly variablesWith: (value: unknown) => Record<string, unknown>
}

/** A valid value for an argument or input field with this name; undefined leaves it to the type. */
export type Example = (name: string) => unknown

interface Path {
  readonly before: string
  readonly after: string
  readonly arguments: readonly GraphQLArgument[]
}

/** All values in all arguments of all reachable fields, each with an operation that reaches it. */
export function argumentPlaces(schema: GraphQLSchema, example: Example): ArgumentPlace[] {
  return [...fieldsWithPaths(schema)].flatMap(({ parent, field, path }) => placesOf(parent, field, path, example))
}

interface ReachedField {
  readonly parent: string
  readonly field: GraphQLField<unknown, unknown>
  readonly path: Path
}

/** Each field once, by the shortest path. */
function* fieldsWithPaths(schema: GraphQLSchema): Generator<ReachedField> {
  const reached = new Set<string>()
  const types = (['query', 'mutation'] as const).flatMap((kind) => {
    const type = schema.getRootType(kind as never)
    return type
      ? [{ type, path: { before: `${kind}($variables) {`, after: '}', arguments: [] as GraphQLArgument[] } }]
      : []
  })
  for (let next = types.shift(); next; next = types.shift()) {
    const { type, path } = next
    for (const field of Object.values(type.getFields())) {
      const at: ReachedField = { parent: type.name, field, path }
      yield at
      const inner = getNamedType(field.type)
      // Mutations lead nowhere that queries do not, and would be executed for each value.
      if (!isObjectType(inner) || reached.has(inner.name) || type === schema.getMutationType()) continue
      reached.add(inner.name)
      const needed = field.args.filter(isRequiredArgument)
      types.push({
        type: inner,
        path: {
          before: `${path.before} ${field.name}${passed(needed)} {`,
          after: `} ${path.after}`,
          arguments: [...path.arguments, ...needed],
        },
      })
    }
  }
}

function placesOf(parent: string, field: ReachedField['field'], path: Path, example: Example): ArgumentPlace[] {
  if (field.args.length === 0) return []
  const own = new Set(field.args.map(({ name }) => name))
  // An argument on the path with the same name uses the same variable.
  const all = [...path.arguments.filter(({ name }) => !own.has(name)), ...field.args]
  const definitions = all.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')
  const leaf = isObjectType(getNamedType(field.type)) ? '{ __typename }' : ''
  const query = `${path.before} ${field.name}${passed(field.args)} ${leaf} ${path.after}`.replace(
    '$variables',
    definitions,
  )
  const right = Object.fromEntries(all.map(({ name, type }) => [name, exampleOf(name, type, example)]))
  return field.args.flatMap((argument) =>
    leavesOf(argument.type, [argument.name]).map((keys) => ({
      name: `${parent}.${field.name}(${keys.join('.')})`,
      fieldName: field.name,
      leaf: keys.at(-1) ?? '',
      query,
      variablesWith: (value: unknown) => replaced(right, keys, value),
    })),
  )
}

function passed(args: readonly GraphQLArgument[]): string {
  return args.length === 0 ? '' : `(${args.map(({ name }) => `${name}: $${name}`).join(', ')})`
}

/** An argument itself, and each value inside it. */
function leavesOf(type: GraphQLInputType, keys: readonly string[]): (readonly string[])[] {
  const named = getNamedType(type)
  if (!isInputObjectType(named)) return [keys]
  return [keys, ...Object.values(named.getFields()).flatMap((field) => leavesOf(field.type, [...keys, field.name]))]
}

function exampleOf(name: string, type: GraphQLInputType, example: Example): unknown {
  const nullable = getNullableType(type)
  if (isListType(nullable)) return [exampleOf(name, nullable.ofType, example)]
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields())
    return Object.fromEntries(fields.map((field) => [field.name, exampleOf(field.name, field.type, example)]))
  }
  const known = example(name)
  if (known !== undefined) return known
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name
  const byName: Readonly<Record<string, unknown>> = {
    Int: 5,
    Float: 1,
    Boolean: true,
    DateTime: '2026-01-31T12:00:00.000Z',
  }
  return byName[String(nullable)] ?? '1'
}

function replaced(
  values: Record<string, unknown>,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inner = values[key] as Record<string, unknown>
  return { ...values, [key]: rest.length === 0 ? value : replaced(inner, rest, value) }
}
