import {
  getNamedType,
  GraphQLList,
  GraphQLNonNull,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  print,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql'

/** A condition of `@skip` or `@include`: a variable, and its value with which the selection is included. */
export interface Condition {
  readonly variable: string
  readonly kept: boolean
}

interface Conditional {
  /** `never` when a literal skips the selection. */
  readonly conditions: readonly Condition[] | 'never'
}

export interface FieldSelection extends Conditional {
  readonly kind: 'field'
  readonly name: string
  readonly responseName: string
  /** According to the type on which the selection is written. */
  readonly type: GraphQLOutputType
  readonly parentName: string
  readonly selections: readonly Selection[]
}

export interface FragmentSelection extends Conditional {
  readonly kind: 'fragment'
  readonly typeCondition: GraphQLCompositeType | null
  readonly selections: readonly Selection[]
}

export type Selection = FieldSelection | FragmentSelection

/** Selections of one object, and its type unless the data has another one. */
export interface SelectionsOn {
  readonly selections: readonly Selection[]
  readonly type: GraphQLCompositeType
}

/** All selections of an object under one response name. */
export interface SelectedField {
  readonly name: string
  readonly responseName: string
  readonly parent: GraphQLCompositeType
  readonly type: GraphQLOutputType
  readonly inside: readonly SelectionsOn[]
}

/**
 * Reads the selections of an operation. As in the gateway, selections that repeat an earlier one, including directives, are
 * merged into it, which determines the order of the answer.
 */
export function readSelections(
  schema: GraphQLSchema,
  document: DocumentNode,
  nodes: readonly SelectionNode[],
  type: GraphQLCompositeType,
): readonly Selection[] {
  const definitions = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) definitions.set(node.name.value, node)
  const fragments = new Map<string, readonly Selection[]>()

  function read(nodes: readonly SelectionNode[], parent: GraphQLCompositeType): readonly Selection[] {
    const merged = new Map<string, SelectionNode[]>()
    for (const node of nodes) {
      const key = keyOf(node)
      const before = merged.get(key)
      if (!before) merged.set(key, [node])
      else if (node.kind !== Kind.FRAGMENT_SPREAD) before.push(node)
    }
    return [...merged.values()].map((same) => readMerged(same, parent))
  }

  function readMerged(same: readonly SelectionNode[], parent: GraphQLCompositeType): Selection {
    const [node] = same
    if (!node) throw new Error('nothing is selected')
    const conditions = conditionsOf(node.directives ?? [])
    if (node.kind === Kind.FRAGMENT_SPREAD) return { kind: 'fragment', conditions, ...fragment(node.name.value) }
    const inside = same.flatMap((one) =>
      one.kind === Kind.FRAGMENT_SPREAD ? [] : (one.selectionSet?.selections ?? []),
    )
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const typeCondition = node.typeCondition ? compositeType(schema, node.typeCondition.name.value) : null
      return { kind: 'fragment', conditions, typeCondition, selections: read(inside, typeCondition ?? parent) }
    }
    const name = node.name.value
    const type = typeOfField(parent, name)
    const named = getNamedType(type)
    const selections = isCompositeType(named) ? read(inside, named) : []
    return {
      kind: 'field',
      conditions,
      name,
      responseName: node.alias?.value ?? name,
      type,
      parentName: parent.name,
      selections,
    }
  }

  function fragment(name: string): Pick<FragmentSelection, 'typeCondition' | 'selections'> {
    const definition = definitions.get(name)
    if (!definition) throw new Error(`there is no fragment ${name}`)
    const typeCondition = compositeType(schema, definition.typeCondition.name.value)
    const selections = fragments.get(name) ?? read(definition.selectionSet.selections, typeCondition)
    fragments.set(name, selections)
    return { typeCondition, selections }
  }

  return read(nodes, type)
}

/** Everything below some selections, each fragment once. */
export function* allSelections(selections: readonly Selection[], seen = new Set<unknown>()): Generator<Selection> {
  if (seen.has(selections)) return
  seen.add(selections)
  for (const selection of selections) {
    yield selection
    yield* allSelections(selection.selections, seen)
  }
}

/**
 * The selected fields of an object, in the order of the answer.
 *
 * @param typename the object's `__typename`; undefined when it has none.
 * @param isKept whether the conditions of a selection are met.
 */
export function selectedFields(
  schema: GraphQLSchema,
  sets: readonly SelectionsOn[],
  typename: GraphQLCompositeType | undefined,
  isKept: (selection: Selection) => boolean,
): readonly SelectedField[] {
  const fields = new Map<string, { -readonly [Key in keyof SelectedField]: SelectedField[Key] }>()

  function walk(selections: readonly Selection[], parent: GraphQLCompositeType): void {
    for (const selection of selections) {
      if (!isKept(selection)) continue
      if (selection.kind === 'fragment') {
        const { typeCondition } = selection
        if (typeCondition && !isSubType(schema, typeCondition, typename ?? parent)) continue
        walk(selection.selections, typeCondition ?? parent)
      } else {
        const { name, responseName, type } = selection
        const named = getNamedType(type)
        const inside = isCompositeType(named) ? [{ selections: selection.selections, type: named }] : []
        const before = fields.get(responseName)
        if (before) {
          before.type = strictest(before.type, type)
          before.inside = [...before.inside, ...inside]
        } else fields.set(responseName, { name, responseName, parent, type, inside })
      }
    }
  }

  for (const { selections, type } of sets) walk(selections, typename ?? type)
  return [...fields.values()]
}

function isSubType(schema: GraphQLSchema, type: GraphQLCompositeType, maybe: GraphQLCompositeType): boolean {
  if (type === maybe) return true
  return isAbstractType(type) && (isObjectType(maybe) || isInterfaceType(maybe)) && schema.isSubType(type, maybe)
}

/** The intersection of two types that differ only in nullability. */
function strictest(a: GraphQLOutputType, b: GraphQLOutputType): GraphQLOutputType {
  if (a === b) return a
  if (isNonNullType(a) || isNonNullType(b)) {
    const inner = strictest(isNonNullType(a) ? a.ofType : a, isNonNullType(b) ? b.ofType : b)
    return isNonNullType(inner) ? inner : new GraphQLNonNull(inner)
  }
  return isListType(a) && isListType(b) ? new GraphQLList(strictest(a.ofType, b.ofType)) : a
}

function keyOf(node: SelectionNode): string {
  const directives = (node.directives ?? []).map(print).join(' ')
  switch (node.kind) {
    case Kind.FIELD:
      return `${(node.alias ?? node.name).value}${directives}`
    case Kind.INLINE_FRAGMENT:
      return `... on ${node.typeCondition?.name.value ?? ''}${directives}`
    case Kind.FRAGMENT_SPREAD:
      return `...${node.name.value}${directives}`
  }
}

function conditionsOf(directives: readonly DirectiveNode[]): Conditional['conditions'] {
  const conditions: Condition[] = []
  for (const { name, arguments: given = [] } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue
    const kept = name.value === 'include'
    const value = given[0]?.value
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, kept })
    else if (value?.kind === Kind.BOOLEAN && value.value !== kept) return 'never'
  }
  return conditions
}

function typeOfField(parent: GraphQLCompositeType, name: string): GraphQLOutputType {
  const meta = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name)
  const field = meta ?? ('getFields' in parent ? parent.getFields()[name] : undefined)
  if (!field) throw new Error(`there is no field ${parent.name}.${name}`)
  return field.type
}

function compositeType(schema: GraphQLSchema, name: string): GraphQLCompositeType {
  const type = schema.getType(name)
  if (!isCompositeType(type)) throw new Error(`there is no type ${name}`)
  return type
}
