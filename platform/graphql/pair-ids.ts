import { isId } from './ids.ts'

/**
 * The id of an object between two users: their ids, the lower one first. No other id contains a dash, and computing it needs no
 * read.
 */
export function pairId(one: string, other: string): string {
  return Number(one) < Number(other) ? `${one}-${other}` : `${other}-${one}`
}

/** The other user of a pair id; null when it is not a pair id, or `own` is not part of it. */
export function partnerIn(id: string, own: string): string | null {
  const [low = '', high = '', ...rest] = id.split('-', 3)
  if (rest.length > 0 || !isId(low) || !isId(high) || pairId(low, high) !== id) return null
  if (own === low) return high
  return own === high ? low : null
}
