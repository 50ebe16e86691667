import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import type { VideoCache } from '../cache.ts'

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
      delete from videos where ${condition} returning id, author_id, title, play_key, visibility
    ), counted as (
      update author_counts as counts
      set work_count = work_count - 1, restricted_count = restricted_count - (deleted.visibility <> 'PUBLIC')::integer
      from deleted where counts.author_id = deleted.author_id
    ), removal as (
      insert into removals (video_id, play_key, due_at)
      select id, play_key, now() + ${graceSeconds} * interval '1 second' from deleted
    )`
}

export type RemovalRepository = ReturnType<typeof createRemovalRepository>

/** What deleting needs. */
export interface Removal {
  readonly removals: RemovalRepository
  readonly cache: Pick<VideoCache, 'forgetVideo'>
  /** For how long the files outlive the video. */
  readonly graceSeconds: number
}

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

    /** Objects that videos had before their visibility changed, some at a time. */
    async moved(limit: number): Promise<string[]> {
      const rows = await db.selectFrom('movedObjects').select('key').orderBy('key').limit(limit).execute()
      return rows.map(({ key }) => key)
    },

    /** Forgets objects of before that are removed. */
    async finishMoved(keys: readonly string[]): Promise<void> {
      await db
        .deleteFrom('movedObjects')
        .where('key', '=', sql<string>`any(${keys}::text[])`)
        .execute()
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
