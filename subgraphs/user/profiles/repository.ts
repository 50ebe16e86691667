import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'

/** What of a profile changes; what is left out stays. */
export interface ProfileChange {
  readonly signature?: string | undefined
  /** Keys of public objects. */
  readonly avatarKey?: string | undefined
  readonly backgroundKey?: string | undefined
}

/** Profiles, and the uploads of pictures that may become part of one. */
export function createProfileRepository(db: Kysely<UserTables>) {
  return {
    /** Changes a person's profile. */
    async change(userId: string, change: ProfileChange): Promise<void> {
      await db
        .insertInto('profiles')
        .values({ userId, ...change })
        .onConflict((conflict) => conflict.column('userId').doUpdateSet(change))
        .execute()
    },

    /** Remembers for whom an upload was prepared, and until when. */
    async addUpload(upload: { readonly id: string; readonly userId: string; readonly expiresAt: Date }): Promise<void> {
      await db.insertInto('pictureUploads').values(upload).execute()
    },

    /** Those of the uploads that are the person's own and have not expired. */
    async validUploads(userId: string, ids: readonly string[]): Promise<Set<string>> {
      const rows = await db
        .selectFrom('pictureUploads')
        .select('id')
        .where('userId', '=', userId)
        .where('id', 'in', ids)
        .where('expiresAt', '>', sql<Date>`now()`)
        .execute()
      return new Set(rows.map((row) => row.id))
    },

    /** Deletes those of the uploads that are the person's own, and tells whether that was all of them. */
    async removeUploads(userId: string, ids: readonly string[]): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('pictureUploads')
        .where('userId', '=', userId)
        .where('id', 'in', ids)
        .executeTakeFirst()
      return Number(numDeletedRows) === ids.length
    },

    /** Deletes a person's uploads that have expired, and answers which. */
    async removeExpiredUploads(userId: string): Promise<string[]> {
      const rows = await db
        .deleteFrom('pictureUploads')
        .where('userId', '=', userId)
        .where('expiresAt', '<=', sql<Date>`now()`)
        .returning('id')
        .execute()
      return rows.map((row) => row.id)
    },
  }
}
