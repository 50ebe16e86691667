import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../../db/ownership.ts'
import type { VideoStatus } from '../../videos/repository.ts'

/** What a video says is stored for it. */
export interface VideoClaims {
  readonly id: string
  readonly status: VideoStatus
  /** The master playlist, which refers to other objects. */
  readonly hlsKey: string | null
  /** Everything that its rows name. */
  readonly keys: readonly string[]
}

export type SweepRepository = ReturnType<typeof createSweepRepository>

/** What the tables say of the object store; read by the sweep. */
export function createSweepRepository(db: Kysely<VideoTables>) {
  const claims = sql`
    select id, status, hls_key, array(
      select key from unnest(array[play_key, cover_key, mp4_key, hls_key]) as key where key is not null
      union
      select key from renditions where renditions.video_id = videos.id
    ) as keys
    from videos`

  return {
    /** What those of the videos that exist claim. */
    async ofVideos(ids: readonly string[]): Promise<Map<string, VideoClaims>> {
      const { rows } = await sql<VideoClaims>`${claims} where id = any(${ids}::bigint[])`.execute(db)
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** What the videos behind an id claim, in the order of their ids. */
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
