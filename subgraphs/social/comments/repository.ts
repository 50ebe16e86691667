import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/connection.ts'
import { Forbidden, NotFound } from '../../../platform/errors.ts'
import { groupBy } from '../../../platform/group-by.ts'
import { idBound } from '../newest-first.ts'

/** A comment as it is kept. */
export interface CommentRow {
  readonly id: string
  readonly videoId: string
  readonly authorId: string
  readonly content: string
  readonly createdAt: Date
}

export type CommentRepository = ReturnType<typeof createCommentRepository>

/** Comments, and the count of them that each video has. A count moves in the statement that moves the comment. */
export function createCommentRepository(db: Kysely<SocialTables>) {
  /** Those of the comments that exist, by id. */
  async function findMany(commentIds: readonly string[]): Promise<Map<string, CommentRow>> {
    const rows = await db.selectFrom('comments').selectAll().where('id', 'in', commentIds).execute()
    return new Map(rows.map((row) => [row.id, row]))
  }

  return {
    findMany,

    /** A page of each video's comments, newest first, with one row more when there are more. */
    async underVideos(videoIds: readonly string[], page: PageArguments): Promise<Map<string, CommentRow[]>> {
      const { rows } = await sql<CommentRow>`
        select comments.*
        from unnest(${videoIds}::bigint[]) as wanted (video_id)
        cross join lateral (
          select * from comments
          where comments.video_id = wanted.video_id and comments.id < ${idBound(page)}
          order by comments.id desc
          limit ${page.first + 1}
        ) as comments
        order by comments.id desc`.execute(db)
      return groupBy(rows, (row) => row.videoId)
    },

    /**
     * Adds a comment.
     *
     * @throws NotFound when there is no such video.
     */
    async add(comment: Omit<CommentRow, 'createdAt'>): Promise<CommentRow> {
      const { rows } = await sql<CommentRow>`
        with added as (
          insert into comments (id, video_id, author_id, content)
          select ${comment.id}::bigint, video.id, ${comment.authorId}::bigint, ${comment.content}::text
          from video.published_videos as video
          where video.id = ${comment.videoId}
          returning *
        ), counted as (
          insert into video_counts as counts (video_id, comment_count)
          select video_id, 1 from added
          on conflict (video_id) do update set comment_count = counts.comment_count + excluded.comment_count
        )
        select * from added`.execute(db)
      if (!rows[0]) throw new NotFound({ en: 'There is no such video.', zh: '视频不存在。' })
      return rows[0]
    },

    /**
     * Deletes a comment for a person who wrote it or who published the video above it.
     *
     * @returns the id of that video.
     * @throws Forbidden when it is another's, NotFound when there is no such comment or someone else was faster.
     */
    async remove(commentId: string, userId: string): Promise<string> {
      const { rows } = await sql<Pick<CommentRow, 'videoId'>>`
        with removed as (
          delete from comments
          where id = ${commentId} and (
            author_id = ${userId}
            or exists (
              select from video.published_videos as video
              where video.id = comments.video_id and video.author_id = ${userId}
            )
          )
          returning video_id
        ), counted as (
          insert into video_counts as counts (video_id, comment_count)
          select video_id, -1 from removed
          on conflict (video_id) do update set comment_count = counts.comment_count + excluded.comment_count
        )
        select video_id from removed`.execute(db)
      if (rows[0]) return rows[0].videoId
      const found = await findMany([commentId])
      if (!found.has(commentId)) {
        throw new NotFound({ en: 'There is no such comment.', zh: '评论不存在。' })
      }
      throw new Forbidden({ en: "You cannot delete somebody else's comment.", zh: '不能删除他人的评论。' })
    },
  }
}
