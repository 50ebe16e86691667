import { KeptRow } from '../../platform/kept-row.ts'
import { createMirror, type Mirror } from '../../platform/mirror.ts'
import type { ObjectStore } from '../../platform/object-store.ts'
import { keptPageKey, ownerOfKeptPage, readKeptPages } from '../../platform/page-loader.ts'
import { readUnchangedRows } from '../../platform/unchanged-rows.ts'
import { createFeedPages } from './feed/pages.ts'
import type { FeedRepository } from './feed/repository.ts'
import type { VideoKey, VideoRepository, VideoRow } from './videos/repository.ts'
import { showVideo, type ShownVideo } from './videos/shown-video.ts'

/**
 * What is kept for a moment, as everybody sees it: the rows of videos, how many each author published, and the ids on pages of
 * the feed and of authors' lists. What the viewer is shown of it is decided for each request.
 */
export type KeptVideos = ReturnType<typeof keepVideos>

/** For how long others are shown what was read before a change, in milliseconds: rows, counts, and pages of authors. */
const kept = { rowMs: 750, countMs: 400, pageMs: 400 }
/** So many videos and authors are kept at least, if they are looked at in that time; twice as many at most. */
const videos = 20_000
const authors = 20_000
/** How many ids all pages of authors that are kept have together. */
const idsOnPages = 200_000

export function keepVideos(
  repository: Pick<VideoRepository, 'findVersioned' | 'versionsOf' | 'workCounts' | 'byAuthors'>,
  feed: Pick<FeedRepository, 'page'>,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
) {
  const show: ConstructorParameters<typeof KeptRow<VideoRow, ShownVideo>>[1] = (row, caller) =>
    showVideo(row, objectStore, caller)
  const rows: Mirror<KeptRow<VideoRow, ShownVideo>> = createMirror(
    readUnchangedRows({
      readRows: (ids) => repository.findVersioned(ids),
      readVersions: (ids) => repository.versionsOf(ids),
      make: (row) => new KeptRow(row, show),
      most: 2 * videos,
    }),
    { keptMs: kept.rowMs, most: 2 * videos },
  )
  const workCounts = createMirror((authorIds) => repository.workCounts(authorIds), {
    keptMs: kept.countMs,
    most: 2 * authors,
  })
  const authorPages = createMirror<readonly VideoKey[]>((keys) => readKeptPages(keys, repository.byAuthors), {
    keptMs: kept.pageMs,
    most: idsOnPages,
    sizeOf: (page) => page.length + 1,
    nameOf: ownerOfKeptPage,
  })
  const feedPages = createFeedPages(feed)

  return {
    rows,
    workCounts,
    feedPages,
    /** A page of an author's videos, newest first, with one more when there are more. */
    async authorPage(authorId: string, page: Parameters<typeof keptPageKey>[1], notBefore: number) {
      const [found] = await authorPages.get([keptPageKey(authorId, page)], notBefore)
      return found ?? []
    },
    /** That a video came, changed or went: to be called after the commit, and before its author is answered. */
    forgetVideo(videoId: string, authorId: string): void {
      rows.forget([videoId])
      workCounts.forget([authorId])
      authorPages.forget([authorId])
      feedPages.forgetAll()
    },
    /** The same where nobody knows of which. */
    forgetAll(): void {
      for (const mirror of [rows, workCounts, authorPages, feedPages]) mirror.forgetAll()
    },
  }
}
