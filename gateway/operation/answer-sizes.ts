import { LRUCache } from 'lru-cache'
import type { AnswerSize } from './admission/cost.ts'

type Variables = Readonly<Record<string, unknown>>

/** How many sizes are kept for one operation. */
const mostKept = 16

/**
 * Keeps how much an operation can answer. What decides that is in conditions, page sizes and the lengths of lists: what is
 * asked for with another id, text or cursor has been measured already.
 *
 * @param names of the operation's variables.
 */
export function createSizes(
  names: readonly string[],
  measure: (variables: Variables) => AnswerSize,
): (variables: Variables) => AnswerSize {
  const known = new LRUCache<string, AnswerSize>({ max: mostKept })

  return (variables) => {
    const key = names.map((name) => decisiveIn(variables[name])).join()
    const kept = known.get(key)
    if (kept) return kept
    const size = measure(variables)
    known.set(key, size)
    return size
  }
}

/** That a value was left out or is null decides whether its argument may be used at all. */
function decisiveIn(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value)
  }
  return Array.isArray(value) ? `${value.length} items` : 'given'
}
