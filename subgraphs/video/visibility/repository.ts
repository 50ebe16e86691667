import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import type { VideoRow, Visibility } from '../videos/repository.ts'

export type VisibilityRepository = ReturnType<typeof createVisibilityRepository>

/** Changes of who may see a video. */
export function createVisibilityRepository(db: Kysely<VideoTables>) {
  return {
    /**
     * Changes the visibility of a video and moves it into another folder of the object store, where its objects have the same names.
     * The old ones are to be removed afterwards. One statement, hence one transaction.
     *
     * @param formerKeys all old objects.
     * @returns null when the video no longer exists, or is not as it was before.
     */
    async move(
      before: VideoRow,
      visibility: Visibility,
      folder: string,
      formerKeys: readonly string[],
    ): Promise<VideoRow | null> {
      const moved = (key: RawBuilder<unknown>) => sql`${folder}::text || regexp_replace(${key}, '^.*/', '')`
      const { rows } = await sql<VideoRow>`
        with changed as (
          update videos
          set visibility = ${visibility}, play_key = ${moved(sql`play_key`)}, cover_key = ${moved(sql`cover_key`)},
            mp4_key = ${moved(sql`mp4_key`)}, hls_key = ${moved(sql`hls_key`)}
          where id = ${before.id} and author_id = ${before.authorId} and visibility = ${before.visibility}
            and play_key = ${before.playKey} and cover_key = ${before.coverKey}
            and mp4_key is not distinct from ${before.mp4Key} and hls_key is not distinct from ${before.hlsKey}
          returning *
        ), renamed as (
          update renditions set key = ${moved(sql`renditions.key`)} from changed where video_id = changed.id
        ), counted as (
          update author_counts as counts
          set restricted_count = counts.restricted_count
            + (changed.visibility <> 'PUBLIC')::integer - (${before.visibility}::text <> 'PUBLIC')::integer
          from changed where counts.author_id = changed.author_id
        ), noted as (
          insert into moved_objects (key)
          select key from changed, unnest(${formerKeys}::text[]) as key on conflict do nothing
        )
        select * from changed`.execute(db)
      return rows[0] ?? null
    },

    /** Makes a private video one for friends, which keeps its objects. Null as above. */
    async showToFriends(before: VideoRow): Promise<VideoRow | null> {
      const row = await db
        .updateTable('videos')
        .set({ visibility: 'FRIENDS' })
        .where('id', '=', before.id)
        .where('authorId', '=', before.authorId)
        .where('visibility', '=', 'PRIVATE')
        .returningAll()
        .executeTakeFirst()
      return (row as VideoRow | undefined) ?? null
    },
  }
}
