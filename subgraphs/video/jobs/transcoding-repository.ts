import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import type { FailureCode } from '../videos/failure-reason.ts'
import type { Rendition } from './store-renditions.ts'

/** A video that is being transcoded. */
export interface Transcoding {
  readonly id: string
  readonly authorName: string | null
  readonly playKey: string
}

const unfinished = ['UPLOADED', 'PROCESSING'] as const

export type TranscodingRepository = ReturnType<typeof createTranscodingRepository>

/** The processing status of videos. READY and FAILED are final. */
export function createTranscodingRepository(db: Kysely<VideoTables>) {
  return {
    /** Marks a video as processing; null when the video does not exist or is already done. */
    async begin(id: string): Promise<Transcoding | null> {
      const { rows } = await sql<Transcoding>`
        update videos set status = 'PROCESSING', progress = 0
        where id = ${id} and status in ('UPLOADED', 'PROCESSING')
        returning id, play_key, (select name from "user".public_names where public_names.id = videos.author_id) as author_name
      `.execute(db)
      return rows[0] ?? null
    },

    /** @param progress a whole percentage. */
    async advance(id: string, progress: number): Promise<void> {
      await db.updateTable('videos').set({ progress }).where('id', '=', id).where('status', '=', 'PROCESSING').execute()
    },

    /**
     * Publishes the renditions of a video; resolves to whether it was still being processed. If the video was deleted meanwhile
     * and its objects have been removed, these are removed as well.
     */
    async finish(
      { id, playKey }: Pick<Transcoding, 'id' | 'playKey'>,
      { mp4, hls }: { readonly mp4: Rendition; readonly hls: Rendition },
    ): Promise<boolean> {
      return db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('videos')
          .set({ status: 'READY', progress: 100, mp4Key: mp4.key, hlsKey: hls.key })
          .where('id', '=', id)
          .where('status', '=', 'PROCESSING')
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) {
          await sql`
            insert into removals (video_id, play_key, due_at)
            select ${id}, ${playKey}, now() where not exists (select from videos where id = ${id})
            on conflict (video_id) do nothing`.execute(transaction)
          return false
        }
        const rows = [mp4, hls].map((rendition) => ({ videoId: id, ...rendition }))
        await transaction.insertInto('renditions').values(rows).execute()
        return true
      })
    },

    async fail(id: string, failure: FailureCode): Promise<void> {
      await db
        .updateTable('videos')
        .set({ status: 'FAILED', failure })
        .where('id', '=', id)
        .where('status', 'in', unfinished)
        .execute()
    },
  }
}
