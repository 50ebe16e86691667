import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../../db/ownership.ts'
import type { VideoStatus } from '../../videos/repository.ts'

/** The objects that a video refers to. */
export interface VideoClaims {
  readonly id: string
  readonly status: VideoStatus
  /** The master playlist, which refers to other objects. */
  readonly hlsKey: string | null
  /** All keys in its rows. */
  readonly keys: readonly string[]
}

export type SweepRepository = ReturnType<typeof createSweepRepository>

/** The references from tables to the object store, for the sweep. */
export function createSweepRepository(db: Kysely<VideoTables>) {
  const claims = sql`
    select id, status, hls_key, array(
      select key from unnest(array[play_key, cover_key, mp4_key, hls_key]) as key where key is not null
      union
      select key from renditions where renditions.video_id = videos.id
    ) as keys
    from videos`

  return {
    /** The references of those of the videos that exist. */
    async ofVideos(ids: readonly string[]): Promise<Map<string, VideoClaims>> {
      const { rows } = await sql<VideoClaims>`${claims} where id = any(${ids}::bigint[])`.execute(db)
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** The references of the videos after an id, in id order. */
    async after(id: string, limit: number): Promise<VideoClaims[]> {
      const { rows } = await sql<VideoClaims>`${claims} where id > ${id} order by id limit ${limit}`.execute(db)
      return rows
    },

    /** Those of the uploads that exist. */
    async uploadsAmong(ids: readonly string[]): Promise<Set<string>> {
      const rows = await db
        .selectFrom('uploads')
        .select('id')
        .where('id', '=', sql<string>`any(${ids}::bigint[])`)
        .execute()
      return new Set(rows.map((row) => row.id))
    },
  }
}
