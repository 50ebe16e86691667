import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { NotFound } from '../../../platform/errors.ts'
import { groupBy } from '../../../platform/group-by.ts'
import type { Outcome } from '../../../platform/group-commit.ts'
import { sharePages } from '../../../platform/page-loader.ts'
import { idBound } from '../newest-first.ts'

/** That a person shall like a video, or shall not. `id` orders his likes in time. */
export interface LikeChange {
  readonly id: string
  readonly userId: string
  readonly videoId: string
  readonly liked: boolean
}

/** A like in a person's list. */
export interface LikeRow {
  readonly id: string
  readonly userId: string
  readonly videoId: string
}

export type LikeRepository = ReturnType<typeof createLikeRepository>

/** Likes, and the three counts that each moves: the video's, the author's received, the person's given. */
export function createLikeRepository(db: Kysely<SocialTables>) {
  return {
    /** A page of each person's likes, most recent first, with one row more when there are more. */
    byUsers: sharePages<LikeRow>(async (userIds, page) => {
      const { rows } = await sql<LikeRow>`
        select likes.id, likes.user_id, likes.video_id
        from unnest(${userIds}::bigint[]) as wanted (user_id)
        cross join lateral (
          select * from likes
          where likes.user_id = wanted.user_id and likes.id < ${idBound(page)}
          order by likes.id desc
          limit ${page.first + 1}
        ) as likes
        order by likes.id desc`.execute(db)
      return groupBy(rows, (row) => row.userId)
    }),

    /**
     * Applies changes in one statement, hence one transaction. A count moves only when a like really came or went.
     *
     * Rows are locked in one order whatever the changes are (likes to add, likes to remove, videos, people; each by key),
     * so groups of several processes wait for each other but never in a circle.
     *
     * @returns for each change, in order: nothing, or NotFound when there is no such video.
     */
    async apply(changes: readonly LikeChange[]): Promise<Outcome<undefined>[]> {
      // Changes of one pair came at the same time, so any order of them is right; the last one stands.
      const distinct = [...new Map(changes.map((change) => [`${change.userId}:${change.videoId}`, change])).values()]
      const { rows } = await sql<{ videoId: string }>`
        with requested as materialized (
          select change.*, video.author_id
          from unnest(
            ${distinct.map((change) => change.userId)}::bigint[],
            ${distinct.map((change) => change.videoId)}::bigint[],
            ${distinct.map((change) => change.id)}::bigint[],
            ${distinct.map((change) => change.liked)}::boolean[]
          ) as change (user_id, video_id, id, liked)
          -- The limit makes each a look-up by key; a join of hundreds may be planned as a scan of the whole table.
          cross join lateral (
            select author_id from video.published_videos where id = change.video_id limit 1
          ) as video
        ), added as (
          insert into likes (user_id, video_id, id)
          select user_id, video_id, id from requested where liked order by user_id, video_id
          on conflict do nothing
          returning user_id, video_id
        ), doomed as (
          select likes.ctid
          from (select * from requested where not liked order by user_id, video_id) as unliked
          cross join lateral (
            select ctid from likes
            where likes.user_id = unliked.user_id and likes.video_id = unliked.video_id
            for update
          ) as likes
        ), removed as (
          -- A locked row stays where it is, so its ctid finds it without a second look-up.
          delete from likes where ctid = any (array(select ctid from doomed))
          returning user_id, video_id
        ), difference as materialized (
          select requested.user_id, requested.video_id, requested.author_id, changed.count
          from (select *, 1 as count from added union all select *, -1 from removed) as changed
          join requested using (user_id, video_id)
        ), counted_videos as (
          insert into video_counts as counts (video_id, favorite_count)
          select video_id, sum(count) from difference group by video_id having sum(count) <> 0 order by video_id
          on conflict (video_id) do update set favorite_count = counts.favorite_count + excluded.favorite_count
          returning video_id
        ), counted_users as (
          insert into user_counts as counts (user_id, favorite_count, total_favorited)
          select user_id, sum(given), sum(received)
          from (
            select user_id, count as given, 0 as received from difference
            union all
            select author_id, 0, count from difference
          ) as shares
          -- Reads the videos first, so that they are locked before the people.
          where (select count(*) from counted_videos) >= 0
          group by user_id having sum(given) <> 0 or sum(received) <> 0 order by user_id
          on conflict (user_id) do update
          set favorite_count = counts.favorite_count + excluded.favorite_count,
              total_favorited = counts.total_favorited + excluded.total_favorited
        )
        select distinct video_id from requested`.execute(db)
      const known = new Set(rows.map((row) => row.videoId))
      return changes.map((change) => (known.has(change.videoId) ? undefined : noSuchVideo()))
    },
  }
}

function noSuchVideo(): NotFound {
  return new NotFound({ en: 'There is no such video.', zh: '视频不存在。' })
}
