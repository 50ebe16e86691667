import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isEachVisibleTo, isPublic } from '../../../db/visibility.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import type { Ranked } from '../search/rank.ts'

/** How many videos trend. */
const mostTrends = 1_000
/** Among how many of the newest videos, and how old they may be. */
const newestVideos = 100_000
const longestDays = 14
/** A like outweighs some views, and what trends is ahead of what is as often liked but this much older. */
const hours = { perLogarithm: 12.5, viewsPerLike: 20 }

export type TrendRepository = ReturnType<typeof createTrendRepository>

/** The videos that are liked most for their age. */
export function createTrendRepository(db: Kysely<VideoTables>) {
  return {
    /** A page of what trends and a viewer may see, plus one when there is more. */
    async page({ first, after }: PageArguments, viewerId: string | undefined): Promise<Ranked[]> {
      const viewer = viewerId === undefined ? undefined : sql`${viewerId}::bigint`
      const [score, id] = after == null ? ['9223372036854775807', '0'] : decodeCursor(after, 2)
      const { rows } = await sql<{ id: string; score: string }>`
        select trends.video_id as id, score from trends
        cross join lateral (select * from videos where videos.id = trends.video_id limit 1) as videos
        where (score, trends.video_id) < (${score}::bigint, ${id}::bigint)
          and ${isPublic} and ${isEachVisibleTo(viewer, sql`videos.author_id`)}
        order by score desc, trends.video_id desc limit ${first + 1}`.execute(db)
      return rows.map((row) => ({ id: row.id, score: Number(row.score) }))
    },

    /** Ranks the newest videos again; answers how many trend. It may be repeated. */
    async rank(): Promise<number> {
      return db.transaction().execute(async (tx) => {
        // One process at a time.
        await sql`select pg_advisory_xact_lock(hashtext('video.trends'))`.execute(tx)
        await tx.deleteFrom('trends').execute()
        const { rows } = await sql`
          insert into trends (video_id, score)
          select id, (extract(epoch from published_at) * 1000
            + ${hours.perLogarithm * 3_600_000} * ln(1 + coalesce(likes, 0) + coalesce(views, 0) / ${hours.viewsPerLike}::float8))::bigint
          from (
            select id, published_at from videos
            where ${isPublic} and published_at > now() - ${longestDays} * interval '1 day'
            order by published_at desc limit ${newestVideos}
          ) as newest
          left join lateral (
            select greatest(favorite_count, 0) as likes from social.favorite_counts where video_id = newest.id limit 1
          ) as liked on true
          left join lateral (
            select view_count as views from view_counts where video_id = newest.id limit 1
          ) as viewed on true
          order by 2 desc limit ${mostTrends}
          returning video_id`.execute(tx)
        return rows.length
      })
    },
  }
}

export function trendCursor({ score, id }: Ranked): string {
  return encodeCursor(String(score), id)
}
