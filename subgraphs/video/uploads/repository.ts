import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'

/** A file that its owner may send and publish for some time. */
export interface UploadRow {
  readonly id: string
  /** As announced; null when it was not. */
  readonly byteSize: number | null
  /** The object store's id of a multipart upload; null when a form sends the file. */
  readonly multipartId: string | null
  readonly expiresAt: Date
}

export interface NewUpload extends Omit<UploadRow, 'multipartId'> {
  readonly ownerId: string
}

export type UploadRepository = ReturnType<typeof createUploadRepository>

const today = sql`(now() at time zone 'utc')::date`

/** Uploads. A video has the id of its upload, so an upload becomes at most one video. */
export function createUploadRepository(db: Kysely<VideoTables>) {
  return {
    /**
     * Adds an upload and counts it for its owner's day, which begins at midnight UTC.
     *
     * @returns false when its owner has reached today's limit.
     */
    async add({ id, ownerId, byteSize, expiresAt }: NewUpload, maxPerDay: number): Promise<boolean> {
      const { rows } = await sql`
        with counted as (
          insert into upload_days as days (owner_id, day, uploads) values (${ownerId}, ${today}, 1)
          on conflict (owner_id, day) do update set uploads = days.uploads + 1 where days.uploads < ${maxPerDay}
          returning owner_id
        )
        insert into uploads (id, owner_id, byte_size, expires_at)
        select ${id}, owner_id, ${byteSize}::bigint, ${expiresAt}::timestamptz from counted
        returning id`.execute(db)
      return rows.length > 0
    },

    /** How many uploads a user made today. */
    async madeToday(ownerId: string): Promise<number> {
      const { rows } = await sql<{ uploads: number }>`
        select uploads from upload_days where owner_id = ${ownerId} and day = ${today}`.execute(db)
      return rows[0]?.uploads ?? 0
    },

    /** Stores the object store's id of a multipart upload. */
    async setMultipartId(id: string, multipartId: string): Promise<void> {
      await db.updateTable('uploads').set({ multipartId }).where('id', '=', id).execute()
    },

    /** An upload that a user may still publish: it is theirs, has not expired and was not closed. */
    async findOpen(id: string, ownerId: string): Promise<UploadRow | null> {
      const row = await db
        .selectFrom('uploads')
        .select(['id', 'byteSize', 'multipartId', 'expiresAt'])
        .where('id', '=', id)
        .where('ownerId', '=', ownerId)
        .where('closedAt', 'is', null)
        .where('expiresAt', '>', sql<Date>`now()`)
        .executeTakeFirst()
      return row ? { ...row, byteSize: row.byteSize === null ? null : Number(row.byteSize) } : null
    },

    /** Closes an upload whose file was rejected. */
    async close(id: string): Promise<void> {
      await db
        .updateTable('uploads')
        .set({ closedAt: sql<Date>`now()` })
        .where('id', '=', id)
        .execute()
    },

    /** Uploads that expired before a time, in order of expiry. */
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

    /** Deletes the upload counts of past days. */
    async removePastDays(): Promise<void> {
      await sql`delete from upload_days where day < ${today}`.execute(db)
    },
  }
}
