import type { Route } from '../load/request.ts'

/** Requires the list at a path of an answer to have a length between `least` and `most`. */
export function hasEntries(path: string, least: number, most = Infinity): NonNullable<Route['inspect']> {
  return (answer) => {
    const list = path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], answer)
    const found = Array.isArray(list) ? list.length : -1
    if (found < least || found > most) throw new Error(`${path} should have ${least} entries, not ${found}`)
  }
}
