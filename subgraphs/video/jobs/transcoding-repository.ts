import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { transcodeJob } from './transcode-job.ts'
import type { FailureCode } from '../videos/failure-reason.ts'
import type { Rendition } from './store-renditions.ts'

/** A video that is being transcoded. */
export interface Transcoding {
  readonly id: string
  readonly authorName: string | null
  readonly playKey: string
  /** Whether it has renditions, which are played until it is done. */
  readonly isReady: boolean
}

const unfinished = ['UPLOADED', 'PROCESSING'] as const

export type TranscodingRepository = ReturnType<typeof createTranscodingRepository>

/** The processing status of videos. READY and FAILED are final, unless a video is transcoded again. */
export function createTranscodingRepository(db: Kysely<VideoTables>) {
  return {
    /**
     * Marks a video as processing; null when the video does not exist or is already done.
     *
     * @param isAnew whether the video is transcoded again. One that is ready keeps that status meanwhile.
     */
    async begin(id: string, isAnew: boolean): Promise<Transcoding | null> {
      const ofTask = sql`
        id, play_key, status = 'READY' as is_ready,
        (select name from "user".public_names where public_names.id = videos.author_id) as author_name`
      const { rows } = await sql<Transcoding>`
        with begun as (
          update videos set status = 'PROCESSING', progress = 0, failure = null, outcome_id = null, outcome_at = null
          where id = ${id} and (status in ('UPLOADED', 'PROCESSING') or (${isAnew} and status = 'FAILED'))
          returning ${ofTask}
        )
        select * from begun
        union all select ${ofTask} from videos where ${isAnew} and id = ${id} and status = 'READY'`.execute(db)
      return rows[0] ?? null
    },

    /**
     * Schedules a new transcoding of a video; a failed one is tried again. Calling it twice has the same effect as once.
     *
     * @returns false when the video does not exist.
     */
    async beginAnew(id: string): Promise<boolean> {
      const { rows } = await sql`
        with retried as (
          update videos set status = 'UPLOADED', progress = 0, failure = null, outcome_id = null, outcome_at = null
          where id = ${id} and status = 'FAILED'
        )
        select job from videos cross join lateral ${transcodeJob(sql.ref('videos.id'), true)} as job
        where videos.id = ${id}`.execute(db)
      return rows.length > 0
    },

    /** @param progress a whole percentage. */
    async advance(id: string, progress: number): Promise<void> {
      await db.updateTable('videos').set({ progress }).where('id', '=', id).where('status', '=', 'PROCESSING').execute()
    },

    /**
     * Publishes the renditions of a video in place of the old ones. If the video was deleted meanwhile and its objects have been
     * removed, these are removed as well.
     *
     * @param outcomeId a new id, under which the author is notified; not of a video that was ready before.
     * @returns the key of its file when that has changed, so that the renditions have to be stored beside it; otherwise null.
     */
    async finish(
      { id, playKey, isReady }: Pick<Transcoding, 'id' | 'playKey' | 'isReady'>,
      { mp4, hls }: { readonly mp4: Rendition; readonly hls: Rendition },
      outcomeId: string,
    ): Promise<string | null> {
      return db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('videos')
          .set({ status: 'READY', progress: 100, mp4Key: mp4.key, hlsKey: hls.key })
          .$if(!isReady, (update) => update.set({ outcomeId, outcomeAt: sql`now()` }))
          .where('id', '=', id)
          .where('status', '=', isReady ? 'READY' : 'PROCESSING')
          .where('playKey', '=', playKey)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) {
          const video = await transaction.selectFrom('videos').select('playKey').where('id', '=', id).executeTakeFirst()
          if (video && video.playKey !== playKey) return video.playKey
          await sql`
            insert into removals (video_id, play_key, due_at)
            select ${id}, ${playKey}, now() where not exists (select from videos where id = ${id})
            on conflict (video_id) do nothing`.execute(transaction)
          return null
        }
        const rows = [mp4, hls].map((rendition) => ({ videoId: id, ...rendition }))
        await transaction.deleteFrom('renditions').where('videoId', '=', id).execute()
        await transaction.insertInto('renditions').values(rows).execute()
        return null
      })
    },

    /** @param outcomeId a new id, under which the author is notified. */
    async fail(id: string, failure: FailureCode, outcomeId: string): Promise<void> {
      await db
        .updateTable('videos')
        .set({ status: 'FAILED', failure, outcomeId, outcomeAt: sql`now()` })
        .where('id', '=', id)
        .where('status', 'in', unfinished)
        .execute()
    },
  }
}
