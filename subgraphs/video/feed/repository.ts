import { sql, type Kysely } from 'kysely'
import { isEachShownTo } from '../../../db/boundaries.ts'
import type { VideoTables } from '../../../db/ownership.ts'
import { readTogether } from '../../../platform/read-together.ts'
import { isShown, keysIn, keyTextsOf, type VideoKey, type VideoKeyTexts } from '../videos/repository.ts'

/**
 * How many of the newest videos that were published strictly before a moment; null is after all of them. None of people
 * whom the viewer keeps away.
 */
export interface FeedQuestion {
  readonly before: Date | null
  readonly count: number
  readonly viewerId: string | null
}

export type FeedRepository = ReturnType<typeof createFeedRepository>

/** What everyone published, newest first. */
export function createFeedRepository(db: Kysely<VideoTables>) {
  return {
    /** Pages of the feed; the millisecond alone is the whole sort key, because no two videos share one. */
    page: readTogether<FeedQuestion, readonly VideoKey[]>(async (questions) => {
      // Anonymous viewers are shown everybody, and pay nothing for it.
      const isAnyViewer = questions.some(({ viewerId }) => viewerId !== null)
      const isShownToViewer = isEachShownTo(isAnyViewer ? sql`wanted.viewer_id` : undefined, sql`videos.author_id`)
      const { rows } = await sql<VideoKeyTexts>`
        select page.*
        from unnest(
          ${questions.map(({ before }) => before ?? 'infinity')}::timestamptz[], ${questions.map(({ count }) => count)}::integer[],
          ${questions.map(({ viewerId }) => viewerId)}::bigint[]
        ) with ordinality as wanted (before, count, viewer_id, place)
        cross join lateral ${keyTextsOf(sql`
          select id, published_at from videos
          where videos.published_at < wanted.before and ${isShown} and ${isShownToViewer}
          order by videos.published_at desc
          limit wanted.count`)} as page
        order by wanted.place`.execute(db)
      return rows.map(keysIn)
    }),
  }
}
