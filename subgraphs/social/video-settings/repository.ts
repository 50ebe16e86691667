import { sql, type Kysely, type RawBuilder } from 'kysely'
import { isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { noSuchVideo } from '../../errors.ts'
import { noSuchComment, notYourVideo } from '../comments/errors.ts'

/** Who may comment on a video: every user, the author's friends and the author, or no user. */
export type CommentPolicy = 'EVERYBODY' | 'FRIENDS' | 'NOBODY'

/** What the author of a video has decided. */
export interface VideoSettings {
  readonly commentPolicy: CommentPolicy
  readonly pinnedCommentId: string | null
}

/** Those of a video whose author has decided nothing. */
export const defaultSettings: VideoSettings = { commentPolicy: 'EVERYBODY', pinnedCommentId: null }

export type VideoSettingsRepository = ReturnType<typeof createVideoSettingsRepository>

/** Whether the policy of a video lets a user comment on it. Each look-up is by key. */
export function mayComment(
  videoId: RawBuilder<unknown>,
  authorId: RawBuilder<unknown>,
  userId: RawBuilder<unknown>,
): RawBuilder<boolean> {
  return sql<boolean>`(
    case (select comment_policy from video_settings as settings where settings.video_id = ${videoId} limit 1)
      when 'NOBODY' then false
      when 'FRIENDS' then ${userId} = ${authorId} or (
        select true from friendships as friend where friend.user_id = ${authorId} and friend.friend_id = ${userId} limit 1
      ) is not null
      else true
    end)`
}

/** The settings of videos, which only their authors change. */
export function createVideoSettingsRepository(db: Kysely<SocialTables>) {
  return {
    /** Those of each video that has any. */
    async ofVideos(videoIds: readonly string[]): Promise<Map<string, VideoSettings>> {
      const { rows } = await sql<VideoSettings & { videoId: string }>`
        select video_id, comment_policy, pinned_comment_id from video_settings
        where video_id = any (${idArray(videoIds)}::bigint[])`.execute(db)
      return new Map(rows.map((row) => [row.videoId, row]))
    },

    /** @throws NotFound when there is no such video, Forbidden when it is another user's. */
    async setCommentPolicy(videoId: string, userId: string, policy: CommentPolicy): Promise<void> {
      const { rows } = await sql<{ isAuthor: boolean }>`
        with video as (
          select id, author_id = ${userId} as is_author from video.published_videos as published
          where id = ${videoId} and ${isPublishedFor(sql`${userId}::bigint`, sql`published`)}
        ), changed as (
          insert into video_settings (video_id, comment_policy) select id, ${policy} from video where is_author
          on conflict (video_id) do update set comment_policy = excluded.comment_policy
        )
        select is_author from video`.execute(db)
      if (!rows[0]) throw noSuchVideo()
      if (!rows[0].isAuthor) throw notYourVideo()
    },

    /**
     * Pins a comment in place of any other, or unpins it if it is pinned.
     *
     * @returns the id of the video.
     * @throws NotFound when there is no such comment, Forbidden when the video is another user's, BadUserInput for a reply.
     */
    async pin(commentId: string, userId: string, isPinned: boolean): Promise<string> {
      const { rows } = await sql<{ videoId: string; isAuthor: boolean; isReply: boolean }>`
        with comment as materialized (
          -- The lock keeps it from being deleted at the same moment.
          select comments.id, comments.video_id, comments.parent_id is not null as is_reply,
            video.author_id = ${userId} as is_author
          from comments join video.published_videos as video on video.id = comments.video_id
          where comments.id = ${commentId} and ${isPublishedFor(sql`${userId}::bigint`, sql`video`)} for key share of comments
        ), pinned as (
          insert into video_settings (video_id, pinned_comment_id)
          select video_id, id from comment where is_author and not is_reply and ${isPinned}
          on conflict (video_id) do update set pinned_comment_id = excluded.pinned_comment_id
        ), unpinned as (
          update video_settings as settings set pinned_comment_id = null from comment
          where settings.video_id = comment.video_id and settings.pinned_comment_id = comment.id
            and is_author and not ${isPinned}
        )
        select video_id, is_author, is_reply from comment`.execute(db)
      const [comment] = rows
      if (!comment) throw noSuchComment()
      if (!comment.isAuthor) throw notYourVideo()
      if (comment.isReply) throw new BadUserInput({ en: 'A reply cannot be pinned.', zh: '回复不能置顶。' })
      return comment.videoId
    },
  }
}
