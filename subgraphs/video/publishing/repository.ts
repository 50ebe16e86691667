import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { transcodeJob } from '../jobs/transcode-job.ts'
import { readTitle, type NotifiedMention } from '../titles/read-title.ts'
import { storeReadings } from '../titles/repository.ts'
import type { VideoRow, Visibility } from '../videos/repository.ts'

/** A video to be published, without its time of publication, which the statement chooses. Its id is that of its upload. */
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
  /** SHA-256 of the file. */
  readonly contentHash: Buffer
  /** The format of sound that cannot be used; null when none is lost. */
  readonly lostSound: string | null
  readonly visibility: Visibility
}

const present = sql`date_trunc('milliseconds', now())`

export type PublicationRepository = ReturnType<typeof createPublicationRepository>

/** Publishes uploads. A video has the id of its upload, so an upload becomes at most one video. */
export function createPublicationRepository(db: Kysely<VideoTables>) {
  /** Whether a user may publish an upload: it is theirs, has not expired and was not closed. */
  async function isOpen(id: string, ownerId: string): Promise<boolean> {
    const { rows } = await sql`
      select from uploads
      where id = ${id} and owner_id = ${ownerId} and expires_at > now() and closed_at is null
        and not exists (select from videos where videos.id = uploads.id)`.execute(db)
    return rows.length > 0
  }

  return {
    /**
     * Inserts a video with what its title says, closes its upload, increments the author's count and enqueues the transcoding, in
     * one statement and hence in one transaction. The video gets the first millisecond from now on that no other video has.
     *
     * A file that its author published before is stored once, if both videos are public: the new one shares its object.
     *
     * @returns null when the upload does not exist, is not the author's, or is already published.
     */
    async publish(video: Publication, mentions: readonly NotifiedMention[] = []): Promise<VideoRow | null> {
      for (;;) {
        const { rows } = await sql<VideoRow>`
          with upload as (
            select id, owner_id from uploads
            where id = ${video.id} and owner_id = ${video.authorId} and closed_at is null for update
          ), original as (
            -- Locked: it is removed before this, and not found, or after, when its object has one video more to serve.
            select play_key from videos
            where author_id = ${video.authorId} and content_hash = ${video.contentHash}
              and visibility = 'PUBLIC' and ${video.visibility} = 'PUBLIC' order by id limit 1 for share
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
              content_hash, lost_sound, status, published_at, visibility, is_hidden
            )
            select
              upload.id, upload.owner_id, ${video.title}, coalesce((select play_key from original), ${video.playKey}),
              ${video.coverKey}, ${video.contentType}, ${video.byteSize}, ${video.durationMs}, ${video.width},
              ${video.height}, ${video.thumbhash}, ${video.contentHash}, ${video.lostSound}, 'UPLOADED', moment.published_at,
              ${video.visibility},
              -- Its author may have been banned while it was checked.
              exists (select from "user".banned_users as banned where banned.id = upload.owner_id)
            from upload, moment
            on conflict do nothing
            returning *
          ), closed as (
            update uploads set closed_at = now() where id in (select id from published)
          ), counted as (
            insert into author_counts as counts (author_id, work_count, restricted_count)
            select author_id, 1, (visibility <> 'PUBLIC')::integer from published
            on conflict (author_id) do update
            set work_count = counts.work_count + 1, restricted_count = counts.restricted_count + excluded.restricted_count
          ), ${storeReadings(sql`select published.*, ${readTitle(video.title, mentions)}::jsonb as reading from published`)}
          select published.* from published cross join lateral ${transcodeJob(sql.ref('published.id'))} as job`.execute(
          db,
        )
        if (rows[0]) return rows[0]
        // While the upload is open, only the millisecond can be the cause: another video took it concurrently.
        if (!(await isOpen(video.id, video.authorId))) return null
      }
    },
  }
}
