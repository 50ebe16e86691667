import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  parse,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql'
import { isSafeName } from './answer-shape.ts'
import type { Path } from './downstream-error.ts'
import type { FetchNode } from './plan-nodes.ts'
import { allSelections, selectedFields, type Selection, type SelectionsOn } from './selections.ts'

/** All objects at the same place of an answer. */
export interface AnswerNode {
  readonly type: GraphQLObjectType
  readonly fields: readonly AnswerField[]
  /** Whether fetches reference it by type and id. */
  isKeyed: boolean
}

export interface AnswerField {
  readonly name: string
  readonly responseName: string
  readonly type: GraphQLOutputType
  /** Null for a leaf. */
  readonly node: AnswerNode | null
  /** The fetch that returns it; null for `__typename`, and until one is found. */
  fetch: number | null
}

/** What a fetch returns of an object. */
export interface Part {
  readonly fetch: number
  readonly node: AnswerNode
  /** The fields that the fetch returns, in its order. */
  readonly fields: readonly AnswerField[]
  /** The response names of `__typename`. */
  readonly typenames: readonly string[]
  /** Whether it contains the id. */
  readonly hasId: boolean
  /** Of the objects below, by response name. */
  readonly below: ReadonlyMap<string, Part>
}

/** The tree of objects in an answer. Null when it depends on the data, because of interfaces or conditions. */
export function readAnswerTree(schema: GraphQLSchema, root: SelectionsOn): AnswerNode | null {
  const isKept = ({ conditions }: Selection): boolean => conditions !== 'never'

  function nodeOf(sets: readonly SelectionsOn[], type: unknown): AnswerNode | null {
    if (!isObjectType(type)) return null
    const fields: AnswerField[] = []
    for (const field of selectedFields(schema, sets, type, isKept)) {
      const { name, responseName } = field
      if (!isSafeName(responseName) || responseName in Object.prototype) return null
      const named = getNamedType(field.type)
      const node = isLeafType(named) ? null : nodeOf(field.inside, named)
      if (!isLeafType(named) && !node) return null
      const inner = getNullableType(field.type)
      if (isListType(inner) && isListType(getNullableType(inner.ofType))) return null
      fields.push({ name, responseName, type: field.type, node, fetch: null })
    }
    return { type, fields, isKeyed: false }
  }

  // What is selected in these depends on whether an object has its type.
  for (const selection of allSelections(root.selections)) {
    if (selection.kind === 'fragment' && selection.typeCondition && !isObjectType(selection.typeCondition)) return null
  }
  return nodeOf([root], root.type)
}

/** The object at the path of a fetch; null when the answer has none there. */
export function nodeAt(root: AnswerNode, path: Path): AnswerNode | null {
  let node: AnswerNode | null = root
  let list: GraphQLOutputType | null = null
  for (const step of path) {
    if (step === '@') {
      if (!list || !isListType(getNullableType(list))) return null
      list = null
      continue
    }
    if (list && isListType(getNullableType(list))) return null
    const field: AnswerField | undefined = node?.fields.find(({ responseName }) => responseName === step)
    if (!field) return null
    node = field.node
    list = field.type
  }
  return list && isListType(getNullableType(list)) ? null : node
}

/**
 * What a fetch returns of an object and of those below it; null when that is not evident, or when another fetch returns some of
 * it, too.
 */
export function readPart(schema: GraphQLSchema, fetch: number, node: AnswerNode, text: FetchNode): Part | null {
  const definitions = parse(text.operation, { noLocation: true }).definitions
  const [operation] = definitions
  if (definitions.length !== 1 || operation?.kind !== Kind.OPERATION_DEFINITION) return null
  const { selections } = operation.selectionSet
  if (!text.requires) return partOf(selections, node)
  const [entities] = selections
  if (selections.length !== 1 || entities?.kind !== Kind.FIELD || entities.name.value !== '_entities') return null
  const [fragment, ...others] = entities.selectionSet?.selections ?? []
  if (others.length > 0 || fragment?.kind !== Kind.INLINE_FRAGMENT || fragment.directives?.length) return null
  if (schema.getType(fragment.typeCondition?.name.value ?? '') !== node.type) return null
  return partOf(fragment.selectionSet.selections, node)

  function partOf(nodes: readonly SelectionNode[], about: AnswerNode): Part | null {
    const asked = new Map<string, SelectionNode & { readonly kind: Kind.FIELD }>()
    for (const each of nodes) {
      if (each.kind !== Kind.FIELD || each.directives?.length) return null
      const responseName = (each.alias ?? each.name).value
      if (asked.has(responseName) || !isSafeName(responseName) || responseName in Object.prototype) return null
      asked.set(responseName, each)
    }
    const typenames: string[] = []
    let hasId = false
    for (const [responseName, { name, alias }] of asked) {
      if (name.value === '__typename') typenames.push(responseName)
      else if (name.value === 'id' && !alias) hasId = true
      else if (!about.fields.some((field) => field.responseName === responseName)) return null
    }
    const fields: AnswerField[] = []
    const below = new Map<string, Part>()
    for (const field of about.fields) {
      const { responseName } = field
      const selection = asked.get(responseName)
      if (!selection || field.name === '__typename') continue
      if (selection.name.value !== field.name) return null
      // The fetch that creates the object determines its id; others may only confirm it.
      if (field.fetch !== null && responseName === 'id' && hasId) continue
      if (field.fetch !== null) return null
      field.fetch = fetch
      fields.push(field)
      if (!field.node) continue
      const part = partOf(selection.selectionSet?.selections ?? [], field.node)
      if (!part) return null
      below.set(responseName, part)
    }
    return { fetch, node: about, fields, typenames, hasId, below }
  }
}

/** Whether every field of an answer is returned by a fetch. */
export function isComplete({ fields }: AnswerNode): boolean {
  return fields.every(
    ({ name, fetch, node }) => name === '__typename' || (fetch !== null && (!node || isComplete(node))),
  )
}
