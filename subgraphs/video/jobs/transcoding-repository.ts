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

/** How far the transcoding of videos got. What is READY or FAILED stays so. */
export function createTranscodingRepository(db: Kysely<VideoTables>) {
  return {
    /** Says that a video is being processed; null when there is no such video, or nothing is left to do. */
    async begin(id: string): Promise<Transcoding | null> {
      const { rows } = await sql<Transcoding>`
        update videos set status = 'PROCESSING', progress = 0
        where id = ${id} and status in ('UPLOADED', 'PROCESSING')
        returning id, play_key, (select name from "user".public_names where public_names.id = videos.author_id) as author_name
      `.execute(db)
      return rows[0] ?? null
    },

    /** @param progress in percent; whole. */
    async advance(id: string, progress: number): Promise<void> {
      await db.updateTable('videos').set({ progress }).where('id', '=', id).where('status', '=', 'PROCESSING').execute()
    },

    /**
     * Shows the renditions of a video; answers whether it was still processed. If it was taken down meanwhile, and what it
     * had is removed already, they are removed as well.
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
