import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** The cost of introspecting the whole schema, where a single type costs one. */
const wholeSchema = 10

/**
 * The introspection cost of an operation: ten for each `__schema`, one for each `__type`, and ten for each alias inside them,
 * which multiplies what is below it. Tools introspect the whole schema once, or a few types.
 */
export function schemaQuestionsIn(document: DocumentNode, operation: OperationDefinitionNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  /** The cost of each fragment outside and inside of an introspection field. */
  const counted = { outside: new Map<string, number>(), inside: new Map<string, number>() }

  function countIn(selectionSet: SelectionSetNode | undefined, isInside: boolean): number {
    let count = 0
    for (const selection of selectionSet?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) count += countInFragment(selection.name.value, isInside)
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += countIn(selection.selectionSet, isInside)
      else {
        const name = selection.name.value
        const begins = !isInside && (name === '__schema' || name === '__type')
        if (begins) count += name === '__schema' ? wholeSchema : 1
        if (isInside && selection.alias) count += wholeSchema
        count += countIn(selection.selectionSet, isInside || begins)
      }
    }
    return count
  }

  function countInFragment(name: string, isInside: boolean): number {
    const known = isInside ? counted.inside : counted.outside
    const count = known.get(name)
    if (count !== undefined) return count
    // Validation rejects a fragment that spreads itself.
    known.set(name, 0)
    const found = countIn(fragments.get(name)?.selectionSet, isInside)
    known.set(name, found)
    return found
  }

  return countIn(operation.selectionSet, false)
}
