import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { transcodeJob } from '../jobs/transcode-job.ts'
import type { VideoRow } from '../videos/repository.ts'

/** A file that its owner may send and publish for some time. */
export interface Upload {
  readonly id: string
  readonly ownerId: string
  readonly expiresAt: Date
}

/** A video to be published; the moment is found for it. Its id is that of its upload. */
export interface Publication {
  readonly id: string
  readonly authorId: string
  readonly title: string
  readonly playKey: string
  readonly coverKey: string
  readonly contentType: string
  readonly byteSize: number
  readonly durationMs: number
  readonly width: number
  readonly height: number
  readonly thumbhash: string
}

const present = sql`date_trunc('milliseconds', now())`

export type UploadRepository = ReturnType<typeof createUploadRepository>

/** Uploads, and how they become videos. A video has the id of its upload, hence an upload becomes one video at most. */
export function createUploadRepository(db: Kysely<VideoTables>) {
  /** Whether a person may publish an upload: it is theirs, has not expired and was not published. */
  async function isOpen(id: string, ownerId: string): Promise<boolean> {
    const { rows } = await sql`
      select from uploads
      where id = ${id} and owner_id = ${ownerId} and expires_at > now()
        and not exists (select from videos where videos.id = uploads.id)`.execute(db)
    return rows.length > 0
  }

  return {
    isOpen,

    async add(upload: Upload): Promise<void> {
      await db.insertInto('uploads').values(upload).execute()
    },

    /**
     * Publishes a video, counts it and has it transcoded, in one statement, hence in one transaction. It gets the first
     * millisecond from now on that no other video has.
     *
     * @returns null when the upload is gone, not the author's, or published already.
     */
    async publish(video: Publication): Promise<VideoRow | null> {
      for (;;) {
        const { rows } = await sql<VideoRow>`
          with upload as (
            select id, owner_id from uploads where id = ${video.id} and owner_id = ${video.authorId} for update
          ), moment as (
            -- As many milliseconds from now as are taken in a row: from the first gap on, none is at its turn any more.
            select ${present} + count(*) * interval '1 millisecond' as published_at
            from (
              select published_at, row_number() over (order by published_at) - 1 as turn
              from videos where published_at >= ${present}
            ) as taken
            where published_at = ${present} + turn * interval '1 millisecond'
          ), published as (
            insert into videos (
              id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, thumbhash,
              status, published_at
            )
            select
              upload.id, upload.owner_id, ${video.title}, ${video.playKey}, ${video.coverKey}, ${video.contentType},
              ${video.byteSize}, ${video.durationMs}, ${video.width}, ${video.height}, ${video.thumbhash},
              'UPLOADED', moment.published_at
            from upload, moment
            on conflict do nothing
            returning *
          ), counted as (
            insert into author_counts as counts (author_id, work_count)
            select author_id, 1 from published
            on conflict (author_id) do update set work_count = counts.work_count + 1
          )
          select published.* from published cross join lateral ${transcodeJob(sql.ref('published.id'))} as job`.execute(
          db,
        )
        if (rows[0]) return rows[0]
        // While the upload is open, only the millisecond can have been in the way: somebody else got it just now.
        if (!(await isOpen(video.id, video.authorId))) return null
      }
    },

    /** Uploads that expired before a moment, the first to expire first. */
    async expiredBefore(moment: Date, limit: number): Promise<string[]> {
      const rows = await db
        .selectFrom('uploads')
        .select('id')
        .where('expiresAt', '<', moment)
        .orderBy('expiresAt')
        .limit(limit)
        .execute()
      return rows.map((row) => row.id)
    },

    async remove(ids: readonly string[]): Promise<void> {
      await db.deleteFrom('uploads').where('id', 'in', ids).execute()
    },
  }
}
