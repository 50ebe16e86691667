import { getArgumentValues, Kind, type FieldNode, type GraphQLField } from 'graphql'

/** An immutable object. */
export type Row = Readonly<Record<string, unknown>>

/** Coerces the arguments of a field; only once when they contain no variable. Null for invalid ones. */
export function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (variables: Row) => Row | null {
  const { arguments: given = [] } = node
  const readNow = (variables: Row): Row | null => {
    try {
      return getArgumentValues(field, node, variables)
    } catch {
      return null
    }
  }
  // The representations of entities are a scalar that is passed as it is.
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
