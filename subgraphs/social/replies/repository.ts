import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { blockedError } from '../../errors.ts'
import { commentsClosed, noSuchComment } from '../comments/errors.ts'
import type { CommentRow } from '../comments/repository.ts'
import { readEdges } from '../list-edges.ts'
import { mentionTexts, notifyMentioned } from '../mentions/notify-mentioned.ts'
import { notify } from '../notifications/repository.ts'
import { mayComment } from '../video-settings/repository.ts'

/** A reply to be stored. */
export interface NewReply extends Pick<CommentRow, 'id' | 'authorId' | 'content' | 'originalContent' | 'mentions'> {
  /** The comment or reply that it answers. */
  readonly answeredId: string
}

/** A stored reply. */
export interface ReplyRow extends CommentRow {
  readonly parentId: string
  readonly answeredUserId: string
}

export type ReplyRepository = ReturnType<typeof createReplyRepository>

/** Replies to comments, which are comments below another one, and their count. */
export function createReplyRepository(db: Kysely<SocialTables>) {
  return {
    /** A page of the replies to each comment, with their authors. */
    underComments: readEdges(
      db,
      sql`(select parent_id as owner_id, id, author_id as other_id from comments where parent_id is not null)`,
    ),

    /**
     * Inserts replies in one statement and hence one transaction. What answers a reply appears below the same comment. Rows are
     * locked in a fixed order (comments, counts; each by key). The lock of a comment waits for its deletion, and keeps it from
     * beginning, so no reply is left without its comment.
     *
     * @returns for each, in order: the stored reply, or NotFound when what it answers does not exist, or Forbidden between
     * blocked users and when the author of the video does not accept it.
     */
    async add(replies: readonly NewReply[]): Promise<Outcome<ReplyRow>[]> {
      const { rows } = await sql<ReplyRow & { isBlocked: boolean; isPermitted: boolean }>`
        with answers as materialized (
          select reply.*, answered.video_id, answered.author_id as answered_user_id,
            coalesce(answered.parent_id, answered.id) as parent_id
          from unnest(
            ${idArray(replies.map((reply) => reply.id))}::bigint[],
            ${idArray(replies.map((reply) => reply.answeredId))}::bigint[],
            ${idArray(replies.map((reply) => reply.authorId))}::bigint[],
            ${replies.map((reply) => reply.content)}::text[],
            ${replies.map((reply) => reply.originalContent)}::text[],
            ${mentionTexts(replies)}::text[]::jsonb[]
          ) as reply (id, answered_id, author_id, content, original_content, mentions)
          -- The limits make each a look-up by key.
          cross join lateral (
            select * from comments where comments.id = reply.answered_id limit 1
          ) as answered
        ), locked as materialized (
          select comment.*
          from (select distinct parent_id from answers order by parent_id) as wanted
          cross join lateral (
            select id, author_id from comments where comments.id = wanted.parent_id for key share
          ) as comment
        ), requested as materialized (
          select answers.*,
            ${isBlockBetween(sql`answers.author_id`, sql`video.author_id`)}
            or ${isBlockBetween(sql`answers.author_id`, sql`locked.author_id`)}
            or ${isBlockBetween(sql`answers.author_id`, sql`answers.answered_user_id`)} as is_blocked,
            ${mayComment(sql`answers.video_id`, sql`video.author_id`, sql`answers.author_id`)} as is_permitted
          from answers
          join locked on locked.id = answers.parent_id
          cross join lateral (
            select author_id from video.published_videos as published
            where id = answers.video_id and ${isPublishedFor(sql`answers.author_id`, sql`published`)} limit 1
          ) as video
        ), added as (
          insert into comments (id, video_id, author_id, content, original_content, mentions, parent_id, answered_user_id)
          select id, video_id, author_id, content, original_content, mentions, parent_id, answered_user_id
          from requested where is_permitted and not is_blocked
          returning *
        ), notified as (
          ${notify(
            'REPLY',
            sql`select answered_user_id as recipient_id, id, author_id as actor_id, video_id as subject_id from added`,
          )}
        ), ${notifyMentioned(replies, sql`select added.*, answered_user_id as recipient_id from added`)} counted as (
          insert into comment_counts as counts (comment_id, reply_count)
          select parent_id, count(*) from added group by parent_id order by parent_id
          on conflict (comment_id) do update set reply_count = counts.reply_count + excluded.reply_count
        )
        select requested.*, added.created_at from requested left join added using (id)`.execute(db)
      const found = new Map(rows.map((row) => [row.id, row]))
      return replies.map((reply) => {
        const row = found.get(reply.id)
        if (!row) return noSuchComment()
        if (row.isBlocked) return blockedError()
        return row.isPermitted ? row : commentsClosed()
      })
    },
  }
}
