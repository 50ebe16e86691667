import type { Changes } from '../../platform/caching/changes.ts'
import { KeptRow } from '../../platform/caching/kept-row.ts'
import { createReadThroughCache, type ReadThroughCache } from '../../platform/caching/read-through-cache.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { keptPageKey, ownerOfKeptPage, readKeptPages } from '../../platform/graphql/page-loader.ts'
import { keepFeedPages } from './feed/pages.ts'
import type { FeedRepository } from './feed/repository.ts'
import type { VideoKey, VideoRepository, VideoRow } from './videos/repository.ts'
import { showVideo, type ShownVideo } from './videos/shown-video.ts'

/**
 * What is kept until it changes, as everybody sees it: the rows of videos, how many each author published, and the ids on pages
 * of the feed and of authors' lists; and whom viewers keep away. What the viewer is shown is decided for each request.
 */
export type KeptVideos = ReturnType<typeof keepVideos>

/**
 * For how long others are shown what was read before a change while nobody tells of changes, in milliseconds: rows, counts, and
 * pages of authors. Whom a viewer keeps away is read for each request then.
 */
const kept = { rowMs: 750, countMs: 400, pageMs: 400 }
/** So many videos, authors and viewers are kept at least, if they are looked at; twice as many at most. */
const videos = 20_000
const authors = 20_000
const viewers = 20_000
/** How many ids all pages of authors that are kept have together. */
const idsOnPages = 200_000

export function keepVideos(
  repository: Pick<VideoRepository, 'findMany' | 'workCounts' | 'byAuthors' | 'blockedOrMutedBy'>,
  feed: Pick<FeedRepository, 'page'>,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
  changes: Changes,
) {
  const show: ConstructorParameters<typeof KeptRow<VideoRow, ShownVideo>>[1] = (row, caller) =>
    showVideo(row, objectStore, caller)
  const rows: ReadThroughCache<KeptRow<VideoRow, ShownVideo>> = createReadThroughCache(
    async (ids) => new Map([...(await repository.findMany(ids))].map(([id, row]) => [id, new KeptRow(row, show)])),
    { keptMs: kept.rowMs, most: 2 * videos, changes },
  )
  const workCounts = createReadThroughCache((authorIds) => repository.workCounts(authorIds), {
    keptMs: kept.countMs,
    most: 2 * authors,
    changes,
  })
  const authorPages = createReadThroughCache<readonly VideoKey[]>((keys) => readKeptPages(keys, repository.byAuthors), {
    keptMs: kept.pageMs,
    most: idsOnPages,
    sizeOf: (page) => page.length + 1,
    nameOf: ownerOfKeptPage,
    changes,
  })
  const blockedOrMutedBy = createReadThroughCache((viewerIds) => repository.blockedOrMutedBy(viewerIds), {
    keptMs: 0,
    most: 2 * viewers,
    changes,
  })
  const feedPages = keepFeedPages(feed, changes)
  changes.listen('videos', rows)
  changes.listen('authors', workCounts)
  changes.listen('authors', authorPages)
  changes.listen('feed', feedPages)
  changes.listen('boundaries', blockedOrMutedBy)

  return {
    rows,
    workCounts,
    feedPages,
    /** A page of an author's videos, newest first, with one more when there are more. */
    async authorPage(authorId: string, page: Parameters<typeof keptPageKey>[1], notBefore: number) {
      const [found] = await authorPages.get([keptPageKey(authorId, page)], notBefore)
      return found ?? []
    },
    /** Whom a viewer keeps away; null for more people than can be read as a whole. */
    async blockedOrMutedBy(viewerId: string, notBefore: number): Promise<ReadonlySet<string> | null> {
      const [found] = await blockedOrMutedBy.get([viewerId], notBefore)
      return found === null || found === undefined ? nobody : found === 'many' ? null : found
    },
    /** That a video looks otherwise: to be called after the commit, and before its author is answered. */
    forgetRow(videoId: string): void {
      rows.forget([videoId])
    },
    /** That a video came or went, or is listed otherwise; to be called in the same way. */
    forgetVideo(videoId: string, authorId: string): void {
      rows.forget([videoId])
      workCounts.forget([authorId])
      authorPages.forget([authorId])
      feedPages.forgetAll()
    },
    /** The same where nobody knows of which. */
    forgetAll(): void {
      for (const cache of [rows, workCounts, authorPages, feedPages]) cache.forgetAll()
    },
  }
}

const nobody: ReadonlySet<string> = new Set()
