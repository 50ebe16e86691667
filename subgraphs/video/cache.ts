import type { Changes } from '../../platform/caching/changes.ts'
import { CachedRow } from '../../platform/caching/cached-row.ts'
import { createReadThroughCache, type ReadThroughCache } from '../../platform/caching/read-through-cache.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { pageCacheKey, ownerOfCachedPage, readCachedPages } from '../../platform/graphql/page-loader.ts'
import { cacheFeedPages } from './feed/pages.ts'
import type { FeedRepository } from './feed/repository.ts'
import type { RelationRepository } from './videos/relations.ts'
import type { VideoKey, VideoRepository, VideoRow, Visibility } from './videos/repository.ts'
import { showVideo, type ShownVideo } from './videos/shown-video.ts'

/**
 * The cache of this subgraph: public rows of videos, counts of authors, and ids on pages of the feed and of authors' lists; and
 * the users whom each viewer has blocked or muted. What a viewer may see is decided per request.
 */
export type VideoCache = ReturnType<typeof createVideoCache>

/**
 * The TTLs for readers without recent writes while change events do not arrive, in milliseconds: rows, counts, and pages of
 * authors. Blocks and mutes are then read for each request.
 */
const ttls = { rowMs: 750, countMs: 400, pageMs: 400 }
/** At least this many videos, authors and viewers stay cached, if so many are read; at most twice as many. */
const videos = 20_000
const authors = 100_000
const viewers = 20_000
/** The maximum number of ids in all cached pages of authors. */
const idsOnPages = 200_000

export function createVideoCache(
  repository: Pick<VideoRepository, 'findMany' | 'workCounts' | 'byAuthors'>,
  relations: Pick<RelationRepository, 'blockedOrMutedBy'>,
  feed: Pick<FeedRepository, 'page'>,
  objectStore: Pick<ObjectStore, 'publicUrl' | 'signedUrl'>,
  changes: Changes,
) {
  const show: ConstructorParameters<typeof CachedRow<VideoRow, ShownVideo>>[1] = (row, caller) =>
    showVideo(row, objectStore, caller)
  const rows: ReadThroughCache<CachedRow<VideoRow, ShownVideo>> = createReadThroughCache(
    async (ids) => new Map([...(await repository.findMany(ids))].map(([id, row]) => [id, new CachedRow(row, show)])),
    { name: 'videos', ttlMs: ttls.rowMs, max: 2 * videos, changes },
  )
  const workCounts = createReadThroughCache((authorIds) => repository.workCounts(authorIds), {
    name: 'work counts',
    ttlMs: ttls.countMs,
    max: 2 * authors,
    changes,
  })
  const pagesWith = (visibilities: readonly Visibility[]): ReadThroughCache<readonly VideoKey[]> =>
    createReadThroughCache(
      (keys) => readCachedPages(keys, (authorIds, page) => repository.byAuthors(authorIds, page, visibilities)),
      {
        name: 'published videos',
        ttlMs: ttls.pageMs,
        max: idsOnPages,
        sizeOf: (page) => page.length + 1,
        nameOf: ownerOfCachedPage,
        changes,
      },
    )
  /** By the least public videos on them. */
  const authorPages = {
    PUBLIC: pagesWith(['PUBLIC']),
    FRIENDS: pagesWith(['PUBLIC', 'FRIENDS']),
    PRIVATE: pagesWith(['PUBLIC', 'FRIENDS', 'PRIVATE']),
  } satisfies Record<Visibility, unknown>
  const blockedOrMutedBy = createReadThroughCache((viewerIds) => relations.blockedOrMutedBy(viewerIds), {
    name: 'boundaries of viewers',
    ttlMs: 0,
    max: 2 * viewers,
    changes,
  })
  const feedPages = cacheFeedPages(feed, changes)
  changes.listen('videos', rows)
  changes.listen('authors', workCounts)
  for (const pages of Object.values(authorPages)) changes.listen('authors', pages)
  changes.listen('feed', feedPages)
  changes.listen('boundaries', blockedOrMutedBy)

  return {
    rows,
    workCounts,
    feedPages,
    /**
     * A page of an author's videos, newest first, plus one when there are more.
     *
     * @param leastPublic the least public videos on it.
     */
    async authorPage(
      authorId: string,
      leastPublic: Visibility,
      page: Parameters<typeof pageCacheKey>[1],
      notBefore: number,
    ) {
      const [found] = await authorPages[leastPublic].get([pageCacheKey(authorId, page)], notBefore)
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
      for (const pages of Object.values(authorPages)) pages.forget([authorId])
      feedPages.forgetAll()
    },
    /** The same when the video is unknown. */
    forgetAll(): void {
      for (const each of [rows, workCounts, ...Object.values(authorPages), feedPages]) each.forgetAll()
    },
  }
}

const nobody: ReadonlySet<string> = new Set()
