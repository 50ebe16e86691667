import { sql, type Kysely } from 'kysely'
import { isBlockBetween } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import { Forbidden, NotFound } from '../../../platform/runtime/errors.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { anyOf, idArray } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'
import { shareReads } from '../../../platform/caching/batched-reads.ts'
import { readEdges } from '../list-edges.ts'
import { notify } from '../notifications/repository.ts'
import { blockedError, noSuchVideo } from '../../errors.ts'

/** A stored comment. */
export interface CommentRow {
  readonly id: string
  readonly videoId: string
  readonly authorId: string
  /** The text that everyone sees. */
  readonly content: string
  /** The original text, for moderators; null when nothing was masked. */
  readonly originalContent: string | null
  readonly createdAt: Date
}

/** A comment to be stored. */
export type NewComment = Omit<CommentRow, 'createdAt'>

/** A request to delete a comment. */
export interface CommentRemoval {
  readonly commentId: string
  readonly userId: string
  /** Whether the user may delete any comment. */
  readonly isAdmin: boolean
}

export type CommentRepository = ReturnType<typeof createCommentRepository>

/** Comments, and the comment count of each video. A count is updated in the same statement as the comments. */
export function createCommentRepository(db: Kysely<SocialTables>) {
  const readMany = prepareRead(db, () =>
    db
      .selectFrom('comments')
      .select(['id', 'videoId', 'authorId', 'content', 'originalContent', 'createdAt'])
      .where('id', '=', anyOf([]))
      .compile(),
  )

  return {
    /** The existing ones of the comments, by id. */
    async findMany(commentIds: readonly string[]): Promise<Map<string, CommentRow>> {
      const rows = await readMany([idArray(commentIds)])
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** Those of the comments, by id, whose videos are publicly visible. */
    findListed: shareReads<CommentRow>(async (commentIds) => {
      const { rows } = await sql<CommentRow>`
        select comments.* from comments
        -- The limit makes each a look-up by key.
        cross join lateral (select from video.published_videos where id = comments.video_id limit 1) as video
        where comments.id = any (${idArray(commentIds)}::bigint[])`.execute(db)
      return new Map(rows.map((row) => [row.id, row]))
    }),

    /** A page of each video's comments, with their authors. */
    underVideos: readEdges(db, sql`(select video_id as owner_id, id, author_id as other_id from comments)`),

    /**
     * Inserts comments in one statement and hence one transaction. Counts are locked in the order of their videos, as
     * everywhere.
     *
     * @returns for each, in order: the stored comment, or NotFound when the video does not exist, or Forbidden between blocked
     * users.
     */
    async add(comments: readonly NewComment[]): Promise<Outcome<CommentRow>[]> {
      const { rows } = await sql<CommentRow & { isBlocked: boolean }>`
        with requested as materialized (
          select comment.*, video.author_id as recipient_id,
            ${isBlockBetween(sql`comment.author_id`, sql`video.author_id`)} as is_blocked
          from unnest(
            ${comments.map((comment) => comment.id)}::bigint[],
            ${comments.map((comment) => comment.videoId)}::bigint[],
            ${comments.map((comment) => comment.authorId)}::bigint[],
            ${comments.map((comment) => comment.content)}::text[],
            ${comments.map((comment) => comment.originalContent)}::text[]
          ) as comment (id, video_id, author_id, content, original_content)
          -- The limit makes each a look-up by key; a join of hundreds may be planned as a scan of the whole table.
          cross join lateral (
            select author_id from video.published_videos where id = comment.video_id limit 1
          ) as video
        ), added as (
          insert into comments (id, video_id, author_id, content, original_content)
          select id, video_id, author_id, content, original_content from requested where not is_blocked
          returning *
        ), notified as (
          ${notify(
            'COMMENT',
            sql`
            select recipient_id, id, requested.author_id as actor_id, requested.video_id as subject_id
            from added join requested using (id)`,
          )}
        ), counted as (
          insert into video_counts as counts (video_id, comment_count)
          select video_id, count(*) from added group by video_id order by video_id
          on conflict (video_id) do update set comment_count = counts.comment_count + excluded.comment_count
        )
        select requested.*, added.created_at from requested left join added using (id)`.execute(db)
      const found = new Map(rows.map((row) => [row.id, row]))
      return comments.map((comment) => {
        const row = found.get(comment.id)
        if (!row) return noSuchVideo()
        return row.isBlocked ? blockedError() : row
      })
    },

    /**
     * Deletes comments for their authors, for the authors of their videos and for administrators, in one statement and hence
     * one transaction. Rows are locked in a fixed order (comments, then the counts of videos; each by key), so concurrent
     * groups wait for each other but never deadlock.
     *
     * @returns for each, in order: the id of the video, or Forbidden when the user may not delete the comment, or NotFound when
     * it does not exist or was deleted concurrently.
     */
    async remove(removals: readonly CommentRemoval[]): Promise<Outcome<string>[]> {
      const { rows } = await sql<CommentRemoval & { videoId: string; isPermitted: boolean; isRemoved: boolean }>`
        with requested as materialized (
          select removal.*, comment.video_id,
            removal.is_admin or removal.user_id = comment.author_id or exists (
              select from video.published_videos as video
              where video.id = comment.video_id and video.author_id = removal.user_id
            ) as is_permitted
          from unnest(
            ${removals.map((removal) => removal.commentId)}::bigint[],
            ${removals.map((removal) => removal.userId)}::bigint[],
            ${removals.map((removal) => removal.isAdmin)}::boolean[]
          ) as removal (comment_id, user_id, is_admin)
          cross join lateral (
            select video_id, author_id from comments where comments.id = removal.comment_id limit 1
          ) as comment
        ), doomed as (
          select comments.ctid
          from (select distinct comment_id from requested where is_permitted order by comment_id) as permitted
          cross join lateral (
            select ctid from comments where comments.id = permitted.comment_id for update
          ) as comments
        ), removed as (
          -- A locked row stays where it is, so its ctid finds it without a second look-up.
          delete from comments where ctid = any (array(select ctid from doomed))
          returning id, video_id
        ), counted as (
          insert into video_counts as counts (video_id, comment_count)
          select video_id, -count(*) from removed group by video_id order by video_id
          on conflict (video_id) do update set comment_count = counts.comment_count + excluded.comment_count
        )
        select requested.*, exists (select from removed where removed.id = requested.comment_id) as is_removed
        from requested`.execute(db)
      const found = new Map(rows.map((row) => [keyOf(row), row]))
      const taken = new Set<string>()
      return removals.map((removal) => {
        const row = found.get(keyOf(removal))
        if (!row) return noSuchComment()
        if (!row.isPermitted) return notYours()
        // If several users may delete it, one succeeds.
        if (!row.isRemoved || taken.has(row.commentId)) return noSuchComment()
        taken.add(row.commentId)
        return row.videoId
      })
    },
  }
}

function keyOf({ commentId, userId }: CommentRemoval): string {
  return `${commentId}:${userId}`
}

function noSuchComment(): NotFound {
  return new NotFound({ en: 'This comment does not exist.', zh: '评论不存在。' })
}

function notYours(): Forbidden {
  return new Forbidden({ en: "You cannot delete another user's comment.", zh: '不能删除他人的评论。' })
}
