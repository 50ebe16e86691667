import DataLoader from 'dataloader'
import type { PageArguments } from './connection.ts'
import { batchReads } from '../caching/batched-reads.ts'

/** A page of one owner's list. */
export interface PageKey extends PageArguments {
  readonly ownerId: string
}

/** Reads up to `first + 1` rows for each owner, in list order. */
export type ReadPages<Row> = (
  ownerIds: readonly string[],
  page: PageArguments,
) => Promise<ReadonlyMap<string, readonly Row[]>>

/** A loader of pages: owners for which the same page is requested in one turn are read together. */
export function createPageLoader<Row>(read: ReadPages<Row>): DataLoader<PageKey, readonly Row[], string> {
  return new DataLoader<PageKey, readonly Row[], string>((keys) => readPages(keys, read), {
    cacheKeyFn: (key) => `${key.ownerId}:${pageOf(key)}`,
  })
}

/** Batches a read of pages. The answer may contain owners of other requests. */
export function sharePages<Row>(read: ReadPages<Row>): ReadPages<Row> {
  const readKeys = batchReads(async (lists: readonly (readonly PageKey[])[]) => {
    const rows = await readPages(lists.flat(), read)
    let start = 0
    return lists.map((list) => {
      const own = rows.slice(start, (start += list.length))
      return new Map(list.map((key, index) => [key.ownerId, own[index] ?? []]))
    })
  })
  return (ownerIds, page) => readKeys(ownerIds.map((ownerId) => ({ ...page, ownerId })))
}

/** The cache key of a page of an owner's list. */
export function pageCacheKey(ownerId: string, { first, after }: PageArguments): string {
  return `${ownerId}:${first}:${after ?? ''}`
}

/** The owner of a cached page. */
export function ownerOfCachedPage(key: string): string {
  return key.slice(0, key.indexOf(':'))
}

/** Reads pages by their cache keys. */
export async function readCachedPages<Row>(
  keys: readonly string[],
  read: ReadPages<Row>,
): Promise<Map<string, readonly Row[]>> {
  const pages = keys.map((key): PageKey => {
    const [ownerId = '', first, ...after] = key.split(':')
    return { ownerId, first: Number(first), after: after.join(':') || null }
  })
  const rows = await readPages(pages, read)
  return new Map(keys.map((key, index) => [key, rows[index] ?? []]))
}

async function readPages<Row>(keys: readonly PageKey[], read: ReadPages<Row>): Promise<(readonly Row[])[]> {
  const alike = new Map<string, PageKey[]>()
  for (const key of keys) {
    const same = alike.get(pageOf(key))
    if (same) same.push(key)
    else alike.set(pageOf(key), [key])
  }
  const rows = new Map<PageKey, readonly Row[]>()
  await Promise.all(
    [...alike.values()].map(async (same) => {
      const [page] = same
      if (!page) return
      const found = await read([...new Set(same.map((key) => key.ownerId))], page)
      for (const key of same) rows.set(key, found.get(key.ownerId) ?? [])
    }),
  )
  return keys.map((key) => rows.get(key) ?? [])
}

function pageOf({ first, after }: PageKey): string {
  return `${first}:${after ?? ''}`
}
