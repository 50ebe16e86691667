import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'

/** Sessions that may have changed, and the snapshot with which the next reader begins. */
export interface SessionChanges {
  readonly sessionIds: readonly string[]
  readonly upTo: string
}

/**
 * Which sessions changed, for processes that cache them. A change is identified by its transaction, and a snapshot by the
 * oldest transaction in progress, so changes that commit late are not missed, and a change may be returned twice.
 */
export function createSessionChangeRepository(db: Kysely<UserTables>) {
  return {
    /** The changes that an earlier snapshot could not see; without one, only a snapshot to begin with. */
    async since(upTo: string | null): Promise<SessionChanges> {
      const { rows } = await sql<SessionChanges>`
        select pg_snapshot_xmin(pg_current_snapshot())::text as up_to,
          array(
            select distinct session_id::text from session_changes where transaction_id >= ${upTo}::text::xid8
          ) as session_ids`.execute(db)
      const [changes] = rows
      if (!changes) throw new Error('the statement returned no row')
      return changes
    },

    /** Deletes what every process has read long ago, and answers how much. */
    async forgetOld(): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom('sessionChanges')
        .where('changedAt', '<', sql<Date>`now() - interval '1 hour'`)
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

export type SessionChangeRepository = ReturnType<typeof createSessionChangeRepository>
