import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isEachVisibleTo, isPublic, isPublishedFor, isUnmoderated } from '../../../db/visibility.ts'
import type { VideoKey } from '../videos/repository.ts'

export interface FollowingQuestion {
  readonly viewerId: string
  /** Only videos published before this; null for all. */
  readonly before: Date | null
  readonly count: number
}

/** Up to how many followed users are asked for their newest videos, each. */
export const mostAuthors = 150
/** How many of the newest videos are asked whether their author is followed. */
export const newestVideos = 5_000

export type FollowingRepository = ReturnType<typeof createFollowingRepository>

/** The videos of the users whom someone follows. */
export function createFollowingRepository(db: Kysely<VideoTables>) {
  return {
    /**
     * A page, newest first. Who follows few is best served by asking each author; who follows many, by asking the newest videos,
     * of which many are found soon. Only a page that is not filled that way is read from all authors.
     */
    async page(question: FollowingQuestion): Promise<VideoKey[]> {
      if ((await followCount(db, question.viewerId)) > mostAuthors) {
        const newest = (await ofNewest(question).execute(db)).rows
        if (newest.length >= question.count) return newest
      }
      return (await ofAuthors(question).execute(db)).rows
    },
  }
}

async function followCount(db: Kysely<VideoTables>, viewerId: string): Promise<number> {
  const row = await db
    .selectFrom('social.followingCounts')
    .select('followCount')
    .where('userId', '=', viewerId)
    .executeTakeFirst()
  return row?.followCount ?? 0
}

/** Among the newest videos, read in their order; each look-up is by key, and its limit keeps it one. */
export function ofNewest({ viewerId, before, count }: FollowingQuestion): RawBuilder<VideoKey> {
  const viewer = sql`${viewerId}::bigint`
  return sql<VideoKey>`
    select id, published_at from (
      select id, author_id, published_at, is_hidden, visibility from videos
      where published_at < ${before ?? 'infinity'}::timestamptz order by published_at desc limit ${sql.lit(newestVideos)}
    ) as videos
    where ${isUnmoderated}
      and (
        select true from social.followings where follower_id = ${viewer} and followee_id = videos.author_id limit 1
      ) is not null
      and ${isPublishedFor(viewer, sql`videos`)}
      and ${isEachVisibleTo(viewer, sql`videos.author_id`)}
    order by published_at desc limit ${count}`
}

/** Of each author the newest, and of these the newest. */
export function ofAuthors({ viewerId, before, count }: FollowingQuestion): RawBuilder<VideoKey> {
  const viewer = sql`${viewerId}::bigint`
  const isBefore = sql`videos.published_at < ${before ?? 'infinity'}::timestamptz`
  return sql<VideoKey>`
    select page.id, page.published_at
    from social.followings as followed
    cross join lateral (
      select id, published_at from (
        (
          select id, published_at from videos
          where videos.author_id = followed.followee_id and ${isPublic} and ${isBefore}
          order by videos.published_at desc limit ${count}
        ) union all (
          -- The users who follow each other are friends.
          select id, published_at from videos
          where videos.author_id = followed.followee_id and videos.visibility = 'FRIENDS' and ${isUnmoderated} and ${isBefore}
            and (
              select true from social.followings as followers
              where followers.follower_id = followed.followee_id and followers.followee_id = ${viewer} limit 1
            ) is not null
          order by videos.published_at desc limit ${count}
        )
      ) as newest
      order by published_at desc limit ${count}
    ) as page
    where followed.follower_id = ${viewer} and ${isEachVisibleTo(viewer, sql`followed.followee_id`)}
    order by page.published_at desc limit ${count}`
}
