import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isEnumType,
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
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** The assumed length of a list that no argument limits. */
export const unlimitedListLength = 100

/** Lists without such an argument that can be longer, by type and field. */
const longerLists: Readonly<Record<string, number>> = { 'Conversation.received': 1_000 }

/** An upper bound on the answer to a selection. */
export interface AnswerSize {
  /** Objects, and rows that are read for their lists. */
  readonly objects: number
  /** Scalars, including those in lists. */
  readonly values: number
  /** As JSON. */
  readonly bytes: number
}

/** The cost of a selection. */
interface Cost {
  /** What occurs once. */
  readonly once: AnswerSize
  /** What occurs once per item of the enclosing list, whose length is the parent's `first` or `last`. */
  readonly perItem: AnswerSize
}

const nothing: AnswerSize = { objects: 0, values: 0, bytes: 0 }
const free: Cost = { once: nothing, perItem: nothing }

/** The maximum number of objects in the answer to a valid operation, as counted by `answerSizeOf`. */
export function costOf(...parameters: Parameters<typeof answerSizeOf>): number {
  return answerSizeOf(...parameters).objects
}

/**
 * An upper bound on the answer to a valid operation:
 *
 * - a scalar is not an object, but has bytes; an object counts as one plus its content;
 * - a list counts as its length times one item; its length is the `first` or `last` of the field, or of the connection that
 * contains it (`comments(first: 30) { edges { node { id } } }` counts as 1 + 30 × 2), including default values and variables,
 * or the length of a list argument such as `ids`; without any of these, 100 items are assumed;
 * - each row that a list reads counts at least one, whatever is selected of it;
 * - selections excluded by `@skip` and `@include` count nothing, and neither does introspection, which `schemaQuestionsIn`
 * counts.
 *
 * Each fragment is examined once, however often it is spread.
 *
 * @param variables coerced, without a prototype.
 * @throws GraphQLError when a non-null argument is null.
 */
export function answerSizeOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): AnswerSize {
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
      total = { once: plus(total.once, once), perItem: plus(total.perItem, perItem) }
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
    if (type.name.startsWith('__')) return free
    const name = (node.alias ?? node.name).value
    const isList = isListType(getNullableType(field.type))
    const length = lengthIn(given) ?? (isList ? (longerLists[`${parent.name}.${field.name}`] ?? null) : null)
    if (!node.selectionSet || !isCompositeType(type)) return costOfLeaf(field.name, name, type, isList, length)
    const inside = costOfAll(node.selectionSet, type)
    const shell: AnswerSize = { objects: 1, values: 0, bytes: name.length + emptyObjectBytes }
    if (isList) {
      const item = plus(shell, plus(inside.once, times(inside.perItem, unlimitedListLength)))
      return length === null ? { once: nothing, perItem: item } : { once: times(item, length), perItem: nothing }
    }
    const items = times(inside.perItem, length ?? unlimitedListLength)
    const rows = { ...items, objects: Math.max(items.objects, length ?? 0) }
    return { once: plus(shell, plus(inside.once, rows)), perItem: nothing }
  }

  function costOfLeaf(
    field: string,
    name: string,
    type: GraphQLNamedType,
    isList: boolean,
    length: number | null,
  ): Cost {
    const value = { objects: 0, values: 1, bytes: name.length + leafBytes(field, type) }
    if (!isList) return { once: value, perItem: nothing }
    if (length === null) return { once: nothing, perItem: value }
    return { once: { ...times(value, length), objects: length }, perItem: nothing }
  }

  function conditionOf(typeCondition: FragmentDefinitionNode['typeCondition'] | undefined) {
    const type = typeCondition && typeFromAST(schema, typeCondition)
    return isCompositeType(type) ? type : undefined
  }

  const root = schema.getRootType(operation.operation)
  if (!root) return nothing
  const { once, perItem } = costOfAll(operation.selectionSet, root)
  return plus(once, times(perItem, unlimitedListLength))
}

function plus(one: AnswerSize, other: AnswerSize): AnswerSize {
  return {
    objects: one.objects + other.objects,
    values: one.values + other.values,
    bytes: one.bytes + other.bytes,
  }
}

function times({ objects, values, bytes }: AnswerSize, count: number): AnswerSize {
  return { objects: objects * count, values: values * count, bytes: bytes * count }
}

/** The braces of an object, the quotes of its name, a colon and a comma. */
const emptyObjectBytes = 6
/** The longest values, as JSON in bytes. A character takes at most six (RFC 8259 §7). */
const textBytes: Readonly<Record<string, number>> = {
  content: 6_000,
  originalContent: 3_000,
  reason: 3_000,
  signature: 1_200,
  title: 600,
  avatar: 600,
  backgroundImage: 600,
}
const scalarBytes: Readonly<Record<string, number>> = { Boolean: 8, Float: 26, ID: 22, Int: 15, DateTime: 30 }
const otherTextBytes = 200
const addressBytes = 600
const enumBytes = 30

function leafBytes(field: string, type: GraphQLNamedType): number {
  const known = textBytes[field] ?? scalarBytes[type.name]
  if (known !== undefined) return known
  if (isEnumType(type)) return enumBytes
  return field.toLowerCase().endsWith('url') ? addressBytes : otherTextBytes
}

function fieldOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  return isUnionType(parent) ? undefined : parent.getFields()[name]
}

/** The length given by a field's arguments: of a page, or of all list arguments; null when they give none. */
function lengthIn(given: Readonly<Record<string, unknown>>): number | null {
  const lists = Object.values(given).filter((value) => Array.isArray(value))
  const ofLists = lists.length === 0 ? null : lists.reduce((sum, list) => sum + list.length, 0)
  const lengths = [given['first'], given['last'], ofLists].filter((length) => typeof length === 'number')
  return lengths.length === 0 ? null : Math.max(0, ...lengths)
}

function isLeftOut(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (!selection.directives?.length) return false
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables)
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables)
  return skip?.['if'] === true || include?.['if'] === false
}
