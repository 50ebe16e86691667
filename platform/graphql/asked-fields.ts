import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql'

/** Which fields are asked for below a field, whatever type they are asked of, and what is asked for below each of them. */
export interface AskedFields {
  has(name: string): boolean
  /** What is asked for below a field; nothing when it is not asked for. */
  below(name: string): AskedFields
}

const nothing: AskedFields = { has: () => false, below: () => nothing }

/** By the nodes of a compiled operation, which are the same each time. */
const known = new WeakMap<readonly FieldNode[], AskedFields>()

/** What is asked for below the field that is being resolved. Conditions (`@skip`, `@include`) are taken to be met. */
export function askedFields({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): AskedFields {
  const read = known.get(fieldNodes)
  if (read) return read
  const asked = fieldsBelow(fieldNodes, fragments)
  known.set(fieldNodes, asked)
  return asked
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>

function fieldsBelow(fieldNodes: readonly FieldNode[], fragments: Fragments): AskedFields {
  const nodes = new Map<string, FieldNode[]>()
  for (const { selectionSet } of fieldNodes) collect(selectionSet, fragments, nodes)
  if (nodes.size === 0) return nothing
  const fields = new Map([...nodes].map(([name, ofName]) => [name, fieldsBelow(ofName, fragments)]))
  return { has: (name) => fields.has(name), below: (name) => fields.get(name) ?? nothing }
}

function collect(
  selectionSet: SelectionSetNode | undefined,
  fragments: Fragments,
  nodes: Map<string, FieldNode[]>,
): void {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value
      const same = nodes.get(name)
      if (same) same.push(selection)
      else nodes.set(name, [selection])
    } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, fragments, nodes)
    else collect(fragments[selection.name.value]?.selectionSet, fragments, nodes)
  }
}
