import {
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** The subgraphs that can resolve each field of the supergraph, and its type. */
export type FieldOwners = ReadonlyMap<string, ReadonlyMap<string, FieldOwner>>

interface FieldOwner {
  readonly type: string
  readonly subgraphs: ReadonlySet<string>
}

/** Reads the owners of fields from a supergraph (Apollo's join specification). */
export function fieldOwnersIn(supergraphSdl: string): FieldOwners {
  const owners = new Map<string, ReadonlyMap<string, FieldOwner>>()
  for (const node of parse(supergraphSdl).definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    const ofType = graphsIn(node.directives, 'join__type')
    const fields = (node.fields ?? []).map(({ name, type, directives }): [string, FieldOwner] => {
      const ofField = graphsIn(directives, 'join__field')
      let named = type
      while (named.kind !== Kind.NAMED_TYPE) named = named.type
      return [name.value, { type: named.name.value, subgraphs: ofField.size > 0 ? ofField : ofType }]
    })
    owners.set(node.name.value, new Map(fields))
  }
  return owners
}

function graphsIn(directives: readonly ConstDirectiveNode[] | undefined, name: string): Set<string> {
  const graphs = (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .flatMap(({ arguments: given = [] }) => given.filter((argument) => argument.name.value === 'graph'))
  return new Set(graphs.map(({ value }) => String(valueFromASTUntyped(value))))
}

/**
 * A lower bound on the number of fetches in the plan of an operation: one for each subgraph with root fields, and one for each
 * place at which fields belong to another subgraph than their parent. Planning is exact, but costs more for an operation that
 * is then rejected than for many that are answered.
 *
 * @param document valid.
 */
export function fetchesAtLeast(
  owners: FieldOwners,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  rootType: string,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  /** A place in the answer and a subgraph. */
  const fetches = new Set<string>()

  function visit({ selections }: SelectionSetNode, type: string, subgraph: string | null, path: string): void {
    for (const selection of selections) {
      if (selection.directives?.some(isCondition)) continue
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet, selection.typeCondition?.name.value ?? type, subgraph, path)
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (fragment) visit(fragment.selectionSet, fragment.typeCondition.name.value, subgraph, path)
      } else {
        const owner = owners.get(type)?.get(selection.name.value)
        if (!owner) continue
        const stays = subgraph !== null && owner.subgraphs.has(subgraph)
        const asked = stays ? subgraph : [...owner.subgraphs][0]
        if (asked === undefined) continue
        if (!stays) fetches.add(`${path}|${asked}`)
        const place = `${path}/${(selection.alias ?? selection.name).value}`
        if (selection.selectionSet) visit(selection.selectionSet, owner.type, asked, place)
      }
    }
  }

  visit(operation.selectionSet, rootType, null, '')
  return fetches.size
}

/** Conditions are not decided before the variables are known. */
function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include'
}
