import { isId } from './ids.ts'

/** The id of what two have together: their ids, the lower one first. No other id has a dash, and nothing is read to know it. */
export function pairId(one: string, other: string): string {
  return Number(one) < Number(other) ? `${one}-${other}` : `${other}-${one}`
}

/** With whom one of the two has what an id stands for; null when it is no such id, or he is none of the two. */
export function partnerIn(id: string, own: string): string | null {
  const [low = '', high = '', ...rest] = id.split('-', 3)
  if (rest.length > 0 || !isId(low) || !isId(high) || pairId(low, high) !== id) return null
  if (own === low) return high
  return own === high ? low : null
}
