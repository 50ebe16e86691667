import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { groupBy } from '../../../platform/group-by.ts'
import { readTogether } from '../../../platform/read-together.ts'
import type { VideoKey } from '../videos/repository.ts'

/** How many of the newest videos that were published strictly before a moment; null is after all of them. */
export interface FeedQuestion {
  readonly before: Date | null
  readonly count: number
}

export type FeedRepository = ReturnType<typeof createFeedRepository>

/** What everyone published, newest first. */
export function createFeedRepository(db: Kysely<VideoTables>) {
  return {
    /** Pages of the feed; the millisecond alone is the whole sort key, because no two videos share one. */
    page: readTogether<FeedQuestion, readonly VideoKey[]>(async (questions) => {
      const { rows } = await sql<VideoKey & { readonly question: string }>`
        select question, videos.id, videos.published_at
        from unnest(
          ${questions.map(({ before }) => before ?? 'infinity')}::timestamptz[], ${questions.map(({ count }) => count)}::integer[]
        ) with ordinality as wanted (before, count, question)
        cross join lateral (
          select id, published_at from videos
          where videos.published_at < wanted.before
          order by videos.published_at desc
          limit wanted.count
        ) as videos
        order by videos.published_at desc`.execute(db)
      const pages = groupBy(rows, (row) => row.question)
      return questions.map((_, index) => pages.get(String(index + 1)) ?? [])
    }),
  }
}
