import type { Route } from '../load/request.ts'

/** Wants a list in an answer, under a path of keys, to be as long as the load is named after; or longer, unless `most` says. */
export function hasEntries(path: string, least: number, most = Infinity): NonNullable<Route['inspect']> {
  return (answer) => {
    const list = path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], answer)
    const found = Array.isArray(list) ? list.length : -1
    if (found < least || found > most) throw new Error(`${path} should have ${least} entries, not ${found}`)
  }
}
