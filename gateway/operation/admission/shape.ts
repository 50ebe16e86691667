import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** The size of an operation with all fragments expanded. Numbers may reach Infinity. */
export interface OperationShape {
  /** Nesting of fields; introspection counts as one. */
  readonly depth: number
  readonly selections: number
  readonly aliases: number
  /** Aliases that would change the meaning of an answer's object. */
  readonly reservedAliases: number
  /** Fields that check or set a password, which costs tens of milliseconds of CPU. */
  readonly passwordFields: number
}

const nothing: OperationShape = { depth: 0, selections: 0, aliases: 0, reservedAliases: 0, passwordFields: 0 }
const passwordFields = new Set(['login', 'register', 'changePassword'])
const introspectionFields = new Set(['__schema', '__type'])

/**
 * Measures an operation without the schema, so that it can be rejected before validation. Each selection is visited once,
 * however often its fragment is spread; cyclic and unknown fragments, which validation rejects, count nothing.
 */
export function shapeOf(document: DocumentNode, operation: OperationDefinitionNode): OperationShape {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  const measured = new Map<string, OperationShape>()

  function shapeOfAll({ selections }: SelectionSetNode): OperationShape {
    return selections.map(shapeOfOne).reduce(beside, nothing)
  }

  function shapeOfOne(selection: SelectionNode): OperationShape {
    const inner = insideOf(selection)
    if (selection.kind !== Kind.FIELD) return { ...inner, selections: inner.selections + 1 }
    const name = selection.name.value
    return {
      depth: 1 + (introspectionFields.has(name) ? 0 : inner.depth),
      selections: 1 + inner.selections,
      aliases: (selection.alias ? 1 : 0) + inner.aliases,
      reservedAliases: (isReserved(selection) ? 1 : 0) + inner.reservedAliases,
      passwordFields: (passwordFields.has(name) ? 1 : 0) + inner.passwordFields,
    }
  }

  function insideOf(selection: SelectionNode): OperationShape {
    if (selection.kind !== Kind.FRAGMENT_SPREAD) {
      return selection.selectionSet ? shapeOfAll(selection.selectionSet) : nothing
    }
    const name = selection.name.value
    const known = measured.get(name)
    if (known) return known
    const fragment = fragments.get(name)
    if (!fragment) return nothing
    measured.set(name, nothing)
    const shape = shapeOfAll(fragment.selectionSet)
    measured.set(name, shape)
    return shape
  }

  return shapeOfAll(operation.selectionSet)
}

function beside(one: OperationShape, other: OperationShape): OperationShape {
  return {
    depth: Math.max(one.depth, other.depth),
    selections: one.selections + other.selections,
    aliases: one.aliases + other.aliases,
    reservedAliases: one.reservedAliases + other.reservedAliases,
    passwordFields: one.passwordFields + other.passwordFields,
  }
}

/** Every object has `__proto__`, `constructor` and the like; `__typename` tells the gateway the type of an object. */
function isReserved({ alias, name }: FieldNode): boolean {
  if (!alias) return false
  return alias.value in Object.prototype || (alias.value === '__typename' && name.value !== '__typename')
}
