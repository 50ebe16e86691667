import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'

/** The changed fields of a profile; absent ones stay the same. */
export interface ProfileChange {
  readonly signature?: string | undefined
  /** Keys of public objects. */
  readonly avatarKey?: string | undefined
  readonly backgroundKey?: string | undefined
}

/** Profiles, and uploads of pictures for them. */
export function createProfileRepository(db: Kysely<UserTables>) {
  return {
    /** Changes a user's profile. */
    async change(userId: string, change: ProfileChange): Promise<void> {
      await db
        .insertInto('profiles')
        .values({ userId, ...change })
        .onConflict((conflict) => conflict.column('userId').doUpdateSet(change))
        .execute()
    },

    /** Records for whom an upload was prepared, and until when it is valid. */
    async addUpload(upload: { readonly id: string; readonly userId: string; readonly expiresAt: Date }): Promise<void> {
      await db.insertInto('pictureUploads').values(upload).execute()
    },

    /** Those of the uploads that belong to the user and have not expired. */
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

    /** Deletes those of the uploads that belong to the user; resolves to whether that was all of them. */
    async removeUploads(userId: string, ids: readonly string[]): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('pictureUploads')
        .where('userId', '=', userId)
        .where('id', 'in', ids)
        .executeTakeFirst()
      return Number(numDeletedRows) === ids.length
    },

    /** Deletes a user's expired uploads; resolves to their ids. */
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
