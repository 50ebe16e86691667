import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { readEdges } from '../list-edges.ts'
import { notify } from '../notifications/repository.ts'
import { blockedError, noSuchVideo } from '../../errors.ts'

/** A like to be added or removed. Ids increase with time. */
export interface LikeChange {
  readonly id: string
  readonly userId: string
  readonly videoId: string
  readonly liked: boolean
}

/** A like that was added or removed, or already in the desired state. */
export interface AppliedLike {
  /** The author of the video, whose counts changed, too. */
  readonly authorId: string
}

export type LikeRepository = ReturnType<typeof createLikeRepository>

/**
 * Likes, and their three counts: of the video, received by its author, and given by the user.
 *
 * @param keepsFeedback whether likes are stored as feedback for a recommender, too.
 */
export function createLikeRepository(db: Kysely<SocialTables>, { keepsFeedback = false } = {}) {
  /** A part of the statement: what the recommender is told of. */
  const feedback = keepsFeedback
    ? sql`told as (insert into feedback (user_id, video_id) select user_id, video_id from added),`
    : sql``
  return {
    /** A page of the videos that each user likes. */
    byUsers: readEdges(db, sql`(select user_id as owner_id, id, video_id as other_id from likes)`),

    /**
     * Applies changes in one statement and hence one transaction. Counts change only when a like was really added or removed.
     *
     * Rows are locked in a fixed order (likes to add, likes to remove, videos, users; each by key), so concurrent groups wait
     * for each other but never deadlock.
     *
     * @returns for each change, in order: the author of the video, or NotFound when the video does not exist or is
     * not published for the user, or Forbidden for
     * a like between blocked users.
     */
    async apply(changes: readonly LikeChange[]): Promise<Outcome<AppliedLike>[]> {
      // Changes of the same pair are concurrent, so any order is correct; the last one wins.
      const distinct = [...new Map(changes.map((change) => [pairOf(change), change])).values()]
      const { rows } = await sql<{ userId: string; videoId: string; authorId: string; isBlocked: boolean }>`
        with requested as materialized (
          select change.*, video.author_id,
            change.liked and ${isBlockBetween(sql`change.user_id`, sql`video.author_id`)} as is_blocked
          from unnest(
            ${distinct.map((change) => change.userId)}::bigint[],
            ${distinct.map((change) => change.videoId)}::bigint[],
            ${distinct.map((change) => change.id)}::bigint[],
            ${distinct.map((change) => change.liked)}::boolean[]
          ) as change (user_id, video_id, id, liked)
          -- The limit makes each a look-up by key; a join of hundreds may be planned as a scan of the whole table.
          cross join lateral (
            select author_id from video.published_videos as published
            where id = change.video_id and ${isPublishedFor(sql`change.user_id`, sql`published`)} limit 1
          ) as video
        ), added as (
          insert into likes (user_id, video_id, id)
          select user_id, video_id, id from requested where liked and not is_blocked order by user_id, video_id
          on conflict do nothing
          returning user_id, video_id, id
        ), notified as (
          ${notify(
            'LIKE',
            sql`
            select author_id as recipient_id, added.id, user_id as actor_id, video_id as subject_id
            from added join requested using (user_id, video_id)`,
          )}
        ), ${feedback} doomed as (
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
          from (select user_id, video_id, 1 as count from added union all select *, -1 from removed) as changed
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
        select user_id, video_id, author_id, is_blocked from requested`.execute(db)
      const found = new Map(rows.map((row) => [pairOf(row), row]))
      return changes.map((change) => {
        const row = found.get(pairOf(change))
        if (!row) return noSuchVideo()
        return row.isBlocked && change.liked ? blockedError() : { authorId: row.authorId }
      })
    },
  }
}

function pairOf({ userId, videoId }: Pick<LikeChange, 'userId' | 'videoId'>): string {
  return `${userId}:${videoId}`
}
