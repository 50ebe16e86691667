import { createMirror, type Mirror } from '../../../platform/mirror.ts'
import type { VideoKey } from '../videos/repository.ts'
import type { FeedQuestion, FeedRepository } from './repository.ts'

/** A page of the feed as everybody sees it. */
export type FeedPages = Pick<Mirror<readonly VideoKey[]>, 'forgetAll'> & {
  get(question: Omit<FeedQuestion, 'viewerId'>, notBefore: number): Promise<readonly VideoKey[]>
}

/** For how long a page is shown to those who changed nothing, in milliseconds. */
const keptMs = 100
/** How many ids all pages have together; the newest are asked for again and again, those before any other moment hardly ever. */
const mostIds = 20_000

/** Keeps pages of the feed by where they begin and how long they are. */
export function createFeedPages(feed: Pick<FeedRepository, 'page'>): FeedPages {
  const pages = createMirror<readonly VideoKey[]>(
    async (keys) =>
      new Map(
        await Promise.all(
          keys.map(async (key) => [key, await feed.page({ ...questionOf(key), viewerId: null })] as const),
        ),
      ),
    { keptMs, most: mostIds, sizeOf: (page) => page.length + 1 },
  )
  return {
    async get({ before, count }, notBefore) {
      const [page] = await pages.get([`${before?.getTime() ?? ''}:${count}`], notBefore)
      return page ?? []
    },
    forgetAll: pages.forgetAll,
  }
}

function questionOf(key: string): Omit<FeedQuestion, 'viewerId'> {
  const [before = '', count] = key.split(':')
  return { before: before === '' ? null : new Date(Number(before)), count: Number(count) }
}
