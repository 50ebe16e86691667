import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'

/** A video that is gone, whose objects are still there. */
export interface RemovalRow {
  readonly videoId: string
  /** The uploaded file, which other videos of its author may share. */
  readonly playKey: string
}

/**
 * The parts of a statement that delete the video matching a condition, decrement counts, and schedule the removal of its
 * objects. `deleted` is the old row.
 */
export function removeVideo(condition: RawBuilder<unknown>, graceSeconds: number): RawBuilder<unknown> {
  return sql`
    deleted as (
      delete from videos where ${condition} returning id, author_id, title, play_key
    ), counted as (
      update author_counts set work_count = work_count - 1
      where author_id in (select author_id from deleted)
    ), removal as (
      insert into removals (video_id, play_key, due_at)
      select id, play_key, now() + ${graceSeconds} * interval '1 second' from deleted
    )`
}

export type RemovalRepository = ReturnType<typeof createRemovalRepository>

/** Videos that are gone, and what is still to be removed of them. */
export function createRemovalRepository(db: Kysely<VideoTables>) {
  return {
    /**
     * Deletes a video of its author, counts it no longer, and has its objects removed after some time; in one statement,
     * hence in one transaction.
     *
     * @returns false when this author has no such video.
     */
    async delete(videoId: string, authorId: string, graceSeconds: number): Promise<boolean> {
      const { rows } = await sql`
        with ${removeVideo(sql`id = ${videoId} and author_id = ${authorId}`, graceSeconds)}
        select from deleted`.execute(db)
      return rows.length > 0
    },

    /** Due removals, oldest first. */
    async due(limit: number): Promise<RemovalRow[]> {
      return db
        .selectFrom('removals')
        .select(['videoId', 'playKey'])
        .where('dueAt', '<=', sql<Date>`now()`)
        .orderBy('dueAt')
        .limit(limit)
        .execute()
    },

    /** Deletes a completed removal. */
    async finish(videoId: string): Promise<void> {
      await db.deleteFrom('removals').where('videoId', '=', videoId).execute()
    },

    /** Those of the videos whose objects are still to be removed. */
    async pendingAmong(videoIds: readonly string[]): Promise<Set<string>> {
      const rows = await db
        .selectFrom('removals')
        .select('videoId')
        .where('videoId', '=', sql<string>`any(${videoIds}::bigint[])`)
        .execute()
      return new Set(rows.map((row) => row.videoId))
    },

    /** Those of the keys that a video still uses for its file. */
    async playedAmong(keys: readonly string[]): Promise<Set<string>> {
      const rows = await db
        .selectFrom('videos')
        .select('playKey')
        .where('playKey', '=', sql<string>`any(${keys}::text[])`)
        .execute()
      return new Set(rows.map((row) => row.playKey))
    },
  }
}
