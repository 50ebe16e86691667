import { sql, type Kysely } from 'kysely'
import { isShownTo } from '../../../db/boundaries.ts'
import type { VideoTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/connection.ts'
import { isShown, publishedAtOf, type VideoRow } from '../videos/repository.ts'

export type FeedRepository = ReturnType<typeof createFeedRepository>

/** What everyone published, newest first. */
export function createFeedRepository(db: Kysely<VideoTables>) {
  return {
    /**
     * A page of videos published strictly before a moment, with one row more when there are more; none of people whom the
     * viewer keeps away.
     */
    async page(page: PageArguments, publishedBefore?: Date | null, viewerId?: string): Promise<VideoRow[]> {
      let query = db.selectFrom('videos').selectAll().where(isShown)
      if (viewerId !== undefined) query = query.where(isShownTo(viewerId, sql.ref('videos.authorId')))
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
