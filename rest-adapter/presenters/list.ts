import { Unavailable } from '../../platform/runtime/errors.ts'

/** A page of a connection, as far as lists of the contract need it. A node is null when it no longer exists. */
interface Page<Node> {
  readonly edges: readonly { readonly node: Node | null }[]
}

/**
 * The items of a page that still exist.
 *
 * @throws Unavailable when the subgraph of the list could not answer: a missing list is not an empty list.
 */
export function itemsOf<Node extends object>(page: Page<Node> | null): Node[] {
  if (!page) throw new Unavailable()
  // A loop: of fifty items, `flatMap` takes longer than all that is presented of them.
  const items: Node[] = []
  for (const { node } of page.edges) if (node) items.push(node)
  return items
}
