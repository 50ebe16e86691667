import type { AnswerNode, Part } from './answer-tree.ts'
import type { FetchNode } from './plan-nodes.ts'

/** Whether a fetch for entities of a type needs their ids, and nothing else. */
export function asksForIdOf({ requires = [] }: FetchNode, typename: string): boolean {
  const [key, ...others] = requires
  return (
    others.length === 0 &&
    key?.kind === 'InlineFragment' &&
    key.typeCondition === typename &&
    key.selections.map((each) => (each.kind === 'Field' && !each.alias && !each.selections ? each.name : '')).join() ===
      '__typename,id'
  )
}

/** Whether the fetch that creates objects returns everything that fetches for them need. */
export function isKeyedBy(parts: readonly Part[], node: AnswerNode): boolean {
  for (const part of parts) {
    const maker = partsBelow(part).find((below) => below.node === node)
    if (maker) return maker.hasId && maker.typenames.includes('__typename')
  }
  return false
}

function partsBelow({ below }: Part): Part[] {
  return [...below.values()].flatMap((part) => [part, ...partsBelow(part)])
}
