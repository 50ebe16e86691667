/** The last moment that a Date can hold (ECMA-262). */
const endOfTime = 8.64e15

/** The moment of a cursor: milliseconds since 1970 as decimal text; without any, a moment after everything. */
export function momentOf(milliseconds: string | undefined): Date {
  return new Date(Math.min(Number(milliseconds ?? endOfTime), endOfTime))
}
