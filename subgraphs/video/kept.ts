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
 * The cache of this subgraph: public rows of videos, counts of authors, and ids on pages of the feed and of authors' lists; and
 * the users whom each viewer has blocked or muted. What a viewer may see is decided per request.
 */
export type KeptVideos = ReturnType<typeof keepVideos>

/**
 * The TTLs for readers without recent writes while change events do not arrive, in milliseconds: rows, counts, and pages of
 * authors. Blocks and mutes are then read for each request.
 */
const kept = { rowMs: 750, countMs: 400, pageMs: 400 }
/** At least this many videos, authors and viewers stay cached, if so many are read; at most twice as many. */
const videos = 20_000
const authors = 20_000
const viewers = 20_000
/** The maximum number of ids in all cached pages of authors. */
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
    /** A page of an author's videos, newest first, plus one when there are more. */
    async authorPage(authorId: string, page: Parameters<typeof keptPageKey>[1], notBefore: number) {
      const [found] = await authorPages.get([keptPageKey(authorId, page)], notBefore)
      return found ?? []
    },
    /** The users whom a viewer has blocked or muted; null when there are too many to be read as a whole. */
    async blockedOrMutedBy(viewerId: string, notBefore: number): Promise<ReadonlySet<string> | null> {
      const [found] = await blockedOrMutedBy.get([viewerId], notBefore)
      return found === null || found === undefined ? nobody : found === 'many' ? null : found
    },
    /** A video has changed: call it after the commit, and before its author is answered. */
    forgetRow(videoId: string): void {
      rows.forget([videoId])
    },
    /** A video was added or removed, or its place in lists has changed; call it in the same way. */
    forgetVideo(videoId: string, authorId: string): void {
      rows.forget([videoId])
      workCounts.forget([authorId])
      authorPages.forget([authorId])
      feedPages.forgetAll()
    },
    /** The same when the video is unknown. */
    forgetAll(): void {
      for (const cache of [rows, workCounts, authorPages, feedPages]) cache.forgetAll()
    },
  }
}

const nobody: ReadonlySet<string> = new Set()
