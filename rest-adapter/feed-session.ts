import { lenientNumber, type Parameters } from './parameters.ts'

/**
 * Where a session of recommendations continues, as a `next_time`: clients return that number as it is. Times in milliseconds stay
 * below 2^52 until the year 144683, so larger numbers are free; none of them exceeds 2^53, so every JSON parser reads it exactly.
 */
const base = 2 ** 52
/** Above every place. */
const places = 2 ** 20
/** Above every seed. */
const seeds = 2 ** 31

/** The number of a session and place; null for a place that is too far. */
export function sessionTime(seed: number, place: number): number | null {
  return place < places ? base + seed * places + place : null
}

/** The session and place of a parameter; null for both when it is a time, or anything else. */
export function sessionParameter(
  parameters: Parameters,
  name: string,
): { readonly seed: number | null; readonly from: number | null } {
  const value = lenientNumber(parameters, name) - base
  if (!Number.isInteger(value) || value < 0 || value >= seeds * places) return { seed: null, from: null }
  return { seed: Math.floor(value / places), from: value % places }
}
