import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql'

/** The fields selected below a field, for all types together, and the fields below each of them. */
export interface AskedFields {
  has(name: string): boolean
  /** The fields selected below a field; none when it is not selected. */
  below(name: string): AskedFields
}

const nothing: AskedFields = { has: () => false, below: () => nothing }

/** By the nodes of a compiled operation, which are the same for each execution. */
const known = new WeakMap<readonly FieldNode[], AskedFields>()

/** The fields selected below the field that is being resolved. Conditions (`@skip`, `@include`) are assumed to be met. */
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
