import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** How large an operation is when every fragment stands where it is spread. Numbers may reach Infinity. */
export interface OperationShape {
  /** Fields inside fields; what is asked of the schema itself counts as one. */
  readonly depth: number
  readonly selections: number
  readonly aliases: number
  /** Fields that check or set a password, which costs tens of milliseconds of a core. */
  readonly passwordFields: number
}

const nothing: OperationShape = { depth: 0, selections: 0, aliases: 0, passwordFields: 0 }
const passwordFields = new Set(['login', 'register', 'changePassword'])
const introspectionFields = new Set(['__schema', '__type'])

/**
 * Measures an operation without the schema, so that it can be refused before it is validated. Each selection is looked
 * at once, however often its fragment is spread; cyclic and unknown fragments, which validation refuses, measure nothing.
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
    passwordFields: one.passwordFields + other.passwordFields,
  }
}
