import { LRUCache } from 'lru-cache'
import type { AnswerSize } from './admission/cost.ts'

type Variables = Readonly<Record<string, unknown>>

/** How many sizes are cached per operation. */
const maxKept = 16

/**
 * Caches the answer sizes of an operation. They depend only on conditions, page sizes and lengths of lists, so another id, text
 * or cursor needs no new measurement.
 *
 * @param names of the operation's variables.
 */
export function createSizes(
  names: readonly string[],
  measure: (variables: Variables) => AnswerSize,
): (variables: Variables) => AnswerSize {
  const known = new LRUCache<string, AnswerSize>({ max: maxKept })

  return (variables) => {
    const key = names.map((name) => decisiveIn(variables[name])).join()
    const kept = known.get(key)
    if (kept) return kept
    const size = measure(variables)
    known.set(key, size)
    return size
  }
}

/** Whether a value is absent or null decides whether its argument may be used at all. */
function decisiveIn(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value)
  }
  return Array.isArray(value) ? `${value.length} items` : 'given'
}
