import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  typeFromAST,
  TypeMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** How long a list is taken to be that no argument limits. */
export const unlimitedListLength = 100

/** How many objects a selection can answer. */
interface Cost {
  /** Objects that come once. */
  readonly once: number
  /** Objects that come once for each item of the list around, whose length the parent's `first` or `last` tells. */
  readonly perItem: number
}

const free: Cost = { once: 0, perItem: 0 }

/**
 * How many objects a valid operation can answer at most:
 *
 * - a scalar costs nothing, an object one and what is inside it;
 * - a list costs its length times one item; its length is the `first` or `last` of the field, or of the connection that it
 *   stands in (`comments(first: 30) { edges { node { id } } }` costs 1 + 30 × 2), default values and variables included, or
 *   the number of its `ids`; a list without any of them is taken to have 100 items;
 * - what `@skip` and `@include` leave out costs nothing, and so do questions about the schema itself.
 *
 * Each fragment is looked at once, however often it is spread.
 *
 * @param variables coerced, without a prototype.
 * @throws GraphQLError when an argument is null that must not be.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  const known = new Map<string, Cost>()

  function costOfAll({ selections }: SelectionSetNode, parent: GraphQLCompositeType): Cost {
    let total = free
    for (const selection of selections) {
      if (isLeftOut(selection, variables)) continue
      const { once, perItem } = costOfOne(selection, parent)
      total = { once: total.once + once, perItem: total.perItem + perItem }
    }
    return total
  }

  function costOfOne(selection: SelectionNode, parent: GraphQLCompositeType): Cost {
    switch (selection.kind) {
      case Kind.FIELD:
        return costOfField(selection, parent)
      case Kind.INLINE_FRAGMENT:
        return costOfAll(selection.selectionSet, conditionOf(selection.typeCondition) ?? parent)
      case Kind.FRAGMENT_SPREAD:
        return costOfFragment(selection.name.value)
    }
  }

  function costOfFragment(name: string): Cost {
    const cost = known.get(name)
    if (cost) return cost
    const fragment = fragments.get(name)
    const type = fragment && conditionOf(fragment.typeCondition)
    const counted = fragment && type ? costOfAll(fragment.selectionSet, type) : free
    known.set(name, counted)
    return counted
  }

  function costOfField(node: FieldNode, parent: GraphQLCompositeType): Cost {
    const field = fieldOf(parent, node.name.value)
    if (!field) return free
    const given = field.args.length > 0 ? getArgumentValues(field, node, variables) : {}
    const type = getNamedType(field.type)
    if (!node.selectionSet || !isCompositeType(type) || type.name.startsWith('__')) return free
    const length = lengthIn(given)
    const inside = costOfAll(node.selectionSet, type)
    if (!isListType(getNullableType(field.type))) {
      return { once: 1 + inside.once + inside.perItem * (length ?? unlimitedListLength), perItem: 0 }
    }
    const item = 1 + inside.once + inside.perItem * unlimitedListLength
    return length === null ? { once: 0, perItem: item } : { once: item * length, perItem: 0 }
  }

  function conditionOf(typeCondition: FragmentDefinitionNode['typeCondition'] | undefined) {
    const type = typeCondition && typeFromAST(schema, typeCondition)
    return isCompositeType(type) ? type : undefined
  }

  const root = schema.getRootType(operation.operation)
  if (!root) return 0
  const { once, perItem } = costOfAll(operation.selectionSet, root)
  return once + perItem * unlimitedListLength
}

function fieldOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  return isUnionType(parent) ? undefined : parent.getFields()[name]
}

/** The length that a field's arguments ask for; null when they do not. */
function lengthIn(given: Readonly<Record<string, unknown>>): number | null {
  const ids = given['ids']
  const lengths = [given['first'], given['last'], Array.isArray(ids) ? ids.length : null].filter(
    (length) => typeof length === 'number',
  )
  return lengths.length === 0 ? null : Math.max(0, ...lengths)
}

function isLeftOut(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (!selection.directives?.length) return false
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables)
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables)
  return skip?.['if'] === true || include?.['if'] === false
}
