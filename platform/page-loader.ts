import DataLoader from 'dataloader'
import type { PageArguments } from './connection.ts'

/** A page of one owner's list. */
export interface PageKey extends PageArguments {
  readonly ownerId: string
}

/**
 * A loader of pages: the owners that ask for the same page in one turn are answered by one read.
 *
 * @param read answers up to `first + 1` rows for each owner, in list order.
 */
export function createPageLoader<Row>(
  read: (ownerIds: readonly string[], page: PageArguments) => Promise<ReadonlyMap<string, readonly Row[]>>,
): DataLoader<PageKey, readonly Row[], string> {
  const pageOf = (key: PageKey): string => `${key.first}:${key.after ?? ''}`
  return new DataLoader<PageKey, readonly Row[], string>(
    async (keys) => {
      const pages = new Map<string, PageKey[]>()
      for (const key of keys) pages.set(pageOf(key), [...(pages.get(pageOf(key)) ?? []), key])
      const rows = new Map<PageKey, readonly Row[]>()
      await Promise.all(
        [...pages.values()].map(async (same) => {
          const [page] = same
          if (!page) return
          const found = await read([...new Set(same.map((key) => key.ownerId))], page)
          for (const key of same) rows.set(key, found.get(key.ownerId) ?? [])
        }),
      )
      return keys.map((key) => rows.get(key) ?? [])
    },
    { cacheKeyFn: (key) => `${key.ownerId}:${pageOf(key)}` },
  )
}
