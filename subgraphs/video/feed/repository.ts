import type { Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/connection.ts'
import { publishedAtOf, type VideoRow } from '../videos/repository.ts'

export type FeedRepository = ReturnType<typeof createFeedRepository>

/** What everyone published, newest first. */
export function createFeedRepository(db: Kysely<VideoTables>) {
  return {
    /** A page of videos published strictly before a moment, with one row more when there are more. */
    async page(page: PageArguments, publishedBefore?: Date | null): Promise<VideoRow[]> {
      let query = db.selectFrom('videos').selectAll()
      if (publishedBefore) query = query.where('publishedAt', '<', publishedBefore)
      // The millisecond alone is the whole sort key: no two videos share one.
      if (page.after != null) query = query.where('publishedAt', '<', publishedAtOf(page.after))
      const rows = await query
        .orderBy('publishedAt', 'desc')
        .limit(page.first + 1)
        .execute()
      return rows as VideoRow[]
    },
  }
}
