/** The latest time that a Date can represent (ECMA-262). */
const endOfTime = 8.64e15

/** The time of a cursor: milliseconds since 1970 as decimal text; without a cursor, the end of time. */
export function timeOfCursor(milliseconds: string | undefined): Date {
  return new Date(Math.min(Number(milliseconds ?? endOfTime), endOfTime))
}
