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

/** How long a list is taken to be that no argument limits. */
export const unlimitedListLength = 100

/** Lists without such an argument that can be longer, by type and field. */
const longerLists: Readonly<Record<string, number>> = { 'Conversation.received': 1_000 }

/** What a selection can answer at most. */
export interface AnswerSize {
  /** Objects, and rows that are read for the lists they stand in. */
  readonly objects: number
  /** Scalars, those in lists of them as well. */
  readonly values: number
  /** As JSON. */
  readonly bytes: number
}

/** How much a selection can answer. */
interface Cost {
  /** What comes once. */
  readonly once: AnswerSize
  /** What comes once for each item of the list around, whose length the parent's `first` or `last` tells. */
  readonly perItem: AnswerSize
}

const nothing: AnswerSize = { objects: 0, values: 0, bytes: 0 }
const free: Cost = { once: nothing, perItem: nothing }

/** How many objects a valid operation can answer at most, as `answerSizeOf` counts. */
export function costOf(...parameters: Parameters<typeof answerSizeOf>): number {
  return answerSizeOf(...parameters).objects
}

/**
 * How much a valid operation can answer at most:
 *
 * - a scalar is no object, but has bytes; an object counts one and what is inside it;
 * - a list counts its length times one item; its length is the `first` or `last` of the field, or of the connection that it
 *   stands in (`comments(first: 30) { edges { node { id } } }` counts 1 + 30 × 2), default values and variables included, or
 *   the length of a list that is given to it, such as `ids`; a list without any of them is taken to have 100 items;
 * - each row that a list reads counts one at least, whatever of it is selected;
 * - what `@skip` and `@include` leave out counts nothing, and so do questions about the schema itself, which
 *   `schemaQuestionsIn` counts.
 *
 * Each fragment is looked at once, however often it is spread.
 *
 * @param variables coerced, without a prototype.
 * @throws GraphQLError when an argument is null that must not be.
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
/** The longest values, as JSON in bytes. A character takes six at most (RFC 8259 §7). */
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

/** The length that a field's arguments ask for: of a page, or of all lists that are given; null when they do not. */
function lengthIn(given: Readonly<Record<string, unknown>>): number | null {
  const lists = Object.values(given).filter((value) => Array.isArray(value))
  const ofLists = lists.length === 0 ? null : lists.reduce((sum, list) => sum + list.length, 0)
  const lengths = [given['first'], given['last'], ofLists].filter((length) => typeof length === 'number')
  return lengths.length === 0 ? null : Math.max(0, ...lengths)
}

/** Whether conditions leave a selection out. */
export function isLeftOut(selection: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  if (!selection.directives?.length) return false
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables)
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables)
  return skip?.['if'] === true || include?.['if'] === false
}
