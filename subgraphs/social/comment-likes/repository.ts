import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { blockedError } from '../../errors.ts'
import { noSuchComment } from '../comments/errors.ts'
import { readPairs } from '../../../platform/postgres/pairs.ts'

/** A like of a comment or a reply, to be added or removed. */
export interface CommentLikeChange {
  readonly userId: string
  readonly commentId: string
  readonly liked: boolean
}

export type CommentLikeRepository = ReturnType<typeof createCommentLikeRepository>

/** Likes of comments, and their count. */
export function createCommentLikeRepository(db: Kysely<SocialTables>) {
  return {
    /** Which of some comments are liked, each asked for as `viewer:comment`. */
    liked: readPairs(db, sql`(select user_id, comment_id as other_id from comment_likes)`),

    /**
     * Applies changes in one statement and hence one transaction. Rows are locked in a fixed order (comments, likes to add,
     * likes to remove, counts; each by key). The lock of a comment waits for its deletion, and keeps it from beginning.
     *
     * @returns for each change, in order: nothing, or NotFound when the comment does not exist, or Forbidden for a like between
     * blocked users.
     */
    async apply(changes: readonly CommentLikeChange[]): Promise<Outcome<undefined>[]> {
      // Changes of the same pair are concurrent, so any order is correct; the last one wins.
      const distinct = [...new Map(changes.map((change) => [pairOf(change), change])).values()]
      const { rows } = await sql<{ userId: string; commentId: string; isBlocked: boolean }>`
        with changes as materialized (
          select * from unnest(
            ${idArray(distinct.map((change) => change.userId))}::bigint[],
            ${idArray(distinct.map((change) => change.commentId))}::bigint[],
            ${distinct.map((change) => change.liked)}::boolean[]
          ) as change (user_id, comment_id, liked)
        ), locked as materialized (
          select comment.*
          from (select distinct comment_id from changes order by comment_id) as wanted
          cross join lateral (
            select id, video_id, author_id from comments where comments.id = wanted.comment_id for key share
          ) as comment
        ), requested as materialized (
          select changes.*, changes.liked and (
            ${isBlockBetween(sql`changes.user_id`, sql`locked.author_id`)}
            or ${isBlockBetween(sql`changes.user_id`, sql`video.author_id`)}
          ) as is_blocked
          from changes
          join locked on locked.id = changes.comment_id
          cross join lateral (
            select author_id from video.published_videos as published
            where id = locked.video_id and ${isPublishedFor(sql`changes.user_id`, sql`published`)} limit 1
          ) as video
        ), added as (
          insert into comment_likes (comment_id, user_id)
          select comment_id, user_id from requested where liked and not is_blocked order by comment_id, user_id
          on conflict do nothing
          returning comment_id
        ), doomed as (
          select likes.ctid
          from (select * from requested where not liked order by comment_id, user_id) as unliked
          cross join lateral (
            select ctid from comment_likes
            where comment_likes.comment_id = unliked.comment_id and comment_likes.user_id = unliked.user_id
            for update
          ) as likes
        ), removed as (
          delete from comment_likes where ctid = any (array(select ctid from doomed))
          returning comment_id
        ), counted as (
          insert into comment_counts as counts (comment_id, like_count)
          select comment_id, sum(count)
          from (select comment_id, 1 as count from added union all select comment_id, -1 from removed) as difference
          group by comment_id having sum(count) <> 0 order by comment_id
          on conflict (comment_id) do update set like_count = counts.like_count + excluded.like_count
        )
        select user_id, comment_id, is_blocked from requested`.execute(db)
      const found = new Map(rows.map((row) => [pairOf(row), row]))
      return changes.map((change) => {
        const row = found.get(pairOf(change))
        if (!row) return noSuchComment()
        return row.isBlocked && change.liked ? blockedError() : undefined
      })
    },
  }
}

function pairOf({ userId, commentId }: Pick<CommentLikeChange, 'userId' | 'commentId'>): string {
  return `${userId}:${commentId}`
}
