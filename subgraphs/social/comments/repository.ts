import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import { Forbidden } from '../../../platform/runtime/errors.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { anyOf, idArray } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'
import { shareReads } from '../../../platform/caching/batched-reads.ts'
import type { MentionPlace } from '../../../platform/text/mentions.ts'
import { readEdges } from '../list-edges.ts'
import { mentionTexts, notifyMentioned } from '../mentions/notify-mentioned.ts'
import { notify } from '../notifications/repository.ts'
import { mayComment } from '../video-settings/repository.ts'
import type { VideoFacts } from '../videos/repository.ts'
import { blockedError, noSuchVideo } from '../../errors.ts'
import { commentsClosed, noSuchComment } from './errors.ts'

/** A stored comment or reply. */
export interface CommentRow {
  readonly id: string
  readonly videoId: string
  readonly authorId: string
  /** The text that everyone sees. */
  readonly content: string
  /** The original text, for moderators; null when nothing was masked. */
  readonly originalContent: string | null
  readonly createdAt: Date
  /** The comment that this one replies to, and whom it answers; null at the top level. */
  readonly parentId: string | null
  readonly answeredUserId: string | null
  /** The users it mentions, in the order of the text; null for none. */
  readonly mentions: readonly MentionPlace[] | null
}

/** A comment, and what is to be known of its video. */
export interface ListedComment extends CommentRow, Pick<VideoFacts, 'visibility'> {
  readonly videoAuthorId: string
}

/** A comment to be stored. */
export type NewComment = Omit<CommentRow, 'createdAt' | 'parentId' | 'answeredUserId'>

/** A comment that was added, and the author of its video, who may be notified. */
export interface AddedComment extends CommentRow {
  readonly recipientId: string
}

/** A request to delete a comment. */
export interface CommentRemoval {
  readonly commentId: string
  readonly userId: string
  /** Whether the user may delete any comment. */
  readonly isAdmin: boolean
  /** The entry in the audit log, for one that only an administrator may delete. */
  readonly audit?: { readonly id: string; readonly reason: string }
}

/** Where a deleted comment was. */
export type RemovedComment = Pick<CommentRow, 'videoId' | 'parentId'>

export type CommentRepository = ReturnType<typeof createCommentRepository>

/** Comments, and the comment count of each video, which is that of its list: without replies. A count is updated in the same statement as the comments. */
export function createCommentRepository(db: Kysely<SocialTables>) {
  const readMany = prepareRead(db, () =>
    db
      .selectFrom('comments')
      .select([
        'id',
        'videoId',
        'authorId',
        'content',
        'originalContent',
        'createdAt',
        'parentId',
        'answeredUserId',
        'mentions',
      ])
      .where('id', '=', anyOf([]))
      .$castTo<CommentRow>()
      .compile(),
  )

  return {
    /** The existing ones of the comments, by id. */
    async findMany(commentIds: readonly string[]): Promise<Map<string, CommentRow>> {
      const rows = await readMany([idArray(commentIds)])
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** Those of the comments, by id, whose videos exist, with what decides who may see these. */
    findListed: shareReads<ListedComment>(async (commentIds) => {
      const { rows } = await sql<ListedComment>`
        select comments.*, video.author_id as video_author_id, video.visibility from comments
        -- The limit makes each a look-up by key.
        cross join lateral (
          select author_id, visibility from video.published_videos where id = comments.video_id limit 1
        ) as video
        where comments.id = any (${idArray(commentIds)}::bigint[])`.execute(db)
      return new Map(rows.map((row) => [row.id, row]))
    }),

    /** A page of each video's comments without replies, with their authors. */
    underVideos: readEdges(
      db,
      sql`(select video_id as owner_id, id, author_id as other_id from comments where parent_id is null)`,
    ),

    /**
     * Inserts comments in one statement and hence one transaction. Counts are locked in the order of their videos, as
     * everywhere.
     *
     * @returns for each, in order: the stored comment, or NotFound when the video does not exist, or Forbidden between blocked
     * users and when its author does not accept it.
     */
    async add(comments: readonly NewComment[]): Promise<Outcome<AddedComment>[]> {
      const { rows } = await sql<AddedComment & { isBlocked: boolean; isPermitted: boolean }>`
        with requested as materialized (
          select comment.*, video.author_id as recipient_id,
            ${isBlockBetween(sql`comment.author_id`, sql`video.author_id`)} as is_blocked,
            ${mayComment(sql`comment.video_id`, sql`video.author_id`, sql`comment.author_id`)} as is_permitted
          from unnest(
            ${comments.map((comment) => comment.id)}::bigint[],
            ${comments.map((comment) => comment.videoId)}::bigint[],
            ${comments.map((comment) => comment.authorId)}::bigint[],
            ${comments.map((comment) => comment.content)}::text[],
            ${comments.map((comment) => comment.originalContent)}::text[],
            ${mentionTexts(comments)}::text[]::jsonb[]
          ) as comment (id, video_id, author_id, content, original_content, mentions)
          -- The limit makes each a look-up by key; a join of hundreds may be planned as a scan of the whole table.
          cross join lateral (
            select author_id from video.published_videos as published
            where id = comment.video_id and ${isPublishedFor(sql`comment.author_id`, sql`published`)} limit 1
          ) as video
        ), added as (
          insert into comments (id, video_id, author_id, content, original_content, mentions)
          select id, video_id, author_id, content, original_content, mentions from requested
          where is_permitted and not is_blocked
          returning *
        ), notified as (
          ${notify(
            'COMMENT',
            sql`
            select recipient_id, id, requested.author_id as actor_id, requested.video_id as subject_id
            from added join requested using (id)`,
          )}
        ), ${notifyMentioned(comments, sql`select added.*, recipient_id from added join requested using (id)`)} counted as (
          insert into video_counts as counts (video_id, comment_count)
          select video_id, count(*) from added group by video_id order by video_id
          on conflict (video_id) do update set comment_count = counts.comment_count + excluded.comment_count
        )
        select requested.*, added.created_at, added.parent_id, added.answered_user_id
        from requested left join added using (id)`.execute(db)
      const found = new Map(rows.map((row) => [row.id, row]))
      return comments.map((comment) => {
        const row = found.get(comment.id)
        if (!row) return noSuchVideo()
        if (row.isBlocked) return blockedError()
        return row.isPermitted ? row : commentsClosed()
      })
    },

    /**
     * Deletes comments for their authors, for the authors of their videos and for administrators, in one statement and hence
     * one transaction. Rows are locked in a fixed order (comments, also those that are replied to, then counts; each by key),
     * so concurrent groups wait for each other but never deadlock. A trigger removes the replies to a comment. What only an
     * administrator may delete is recorded in the audit log.
     *
     * @returns for each, in order: where it was, or Forbidden when the user may not delete the comment, or NotFound when
     * it does not exist or was deleted concurrently.
     */
    async remove(removals: readonly CommentRemoval[]): Promise<Outcome<RemovedComment>[]> {
      const { rows } = await sql<
        CommentRemoval & RemovedComment & { isPermitted: boolean; isShown: boolean; isRemoved: boolean }
      >`
        with requested as materialized (
          select removal.*, comment.video_id, comment.parent_id, by_owner, removal.is_admin or by_owner as is_permitted,
            exists (
              select from video.published_videos as video
              where video.id = comment.video_id and ${isPublishedFor(sql`removal.user_id`, sql`video`)}
            ) as is_shown
          from unnest(
            ${removals.map((removal) => removal.commentId)}::bigint[],
            ${removals.map((removal) => removal.userId)}::bigint[],
            ${removals.map((removal) => removal.isAdmin)}::boolean[],
            ${removals.map(({ audit }) => audit?.id ?? null)}::bigint[],
            ${removals.map(({ audit }) => audit?.reason ?? null)}::text[]
          ) as removal (comment_id, user_id, is_admin, audit_id, reason)
          cross join lateral (
            select video_id, author_id, parent_id from comments where comments.id = removal.comment_id limit 1
          ) as comment
          cross join lateral (
            select removal.user_id = comment.author_id or exists (
              select from video.published_videos as video
              where video.id = comment.video_id and video.author_id = removal.user_id
            ) as by_owner
          ) as ownership
        ), locked as materialized (
          select comments.ctid, permitted.is_doomed
          from (
            select id, bool_or(is_doomed) as is_doomed
            from (
              select comment_id as id, true as is_doomed from requested where is_permitted
              union all select parent_id, false from requested where is_permitted and parent_id is not null
            ) as either
            group by id order by id
          ) as permitted
          cross join lateral (select ctid from comments where comments.id = permitted.id for update) as comments
        ), removed as (
          -- A locked row stays where it is, so its ctid finds it without a second look-up.
          delete from comments where ctid = any (array(select ctid from locked where is_doomed))
          returning id, video_id, parent_id
        ), recorded as (
          insert into audit_log (id, actor_id, action, subject_id, reason)
          select audit_id, user_id, 'DELETE_COMMENT', comment_id, reason
          from requested join removed on removed.id = comment_id where audit_id is not null and not by_owner
        ), counted_videos as (
          insert into video_counts as counts (video_id, comment_count)
          select video_id, -count(*) from removed where parent_id is null group by video_id order by video_id
          on conflict (video_id) do update set comment_count = counts.comment_count + excluded.comment_count
        ), counted_comments as (
          insert into comment_counts as counts (comment_id, reply_count)
          select parent_id, -count(*) from removed where parent_id is not null group by parent_id order by parent_id
          on conflict (comment_id) do update set reply_count = counts.reply_count + excluded.reply_count
        )
        select requested.*, exists (select from removed where removed.id = requested.comment_id) as is_removed
        from requested`.execute(db)
      const found = new Map(rows.map((row) => [keyOf(row), row]))
      const taken = new Set<string>()
      return removals.map((removal) => {
        const row = found.get(keyOf(removal))
        if (!row) return noSuchComment()
        if (!row.isPermitted) return row.isShown ? notYours() : noSuchComment()
        // If several users may delete it, one succeeds.
        if (!row.isRemoved || taken.has(row.commentId)) return noSuchComment()
        taken.add(row.commentId)
        return { videoId: row.videoId, parentId: row.parentId }
      })
    },
  }
}

function keyOf({ commentId, userId }: CommentRemoval): string {
  return `${commentId}:${userId}`
}

function notYours(): Forbidden {
  return new Forbidden({ en: "You cannot delete another user's comment.", zh: '不能删除他人的评论。' })
}
