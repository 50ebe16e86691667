import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'

/** A session as it is kept; revoking it deletes the row. */
export interface SessionRow {
  readonly id: string
  readonly userId: string
  readonly userAgent: string
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
}

/** A session to be opened for someone who proved to know the password of that hash. */
export interface NewSession {
  readonly id: string
  readonly userId: string
  readonly passwordHash: string
  readonly userAgent: string
  /** In how many days it ends unless it is used. */
  readonly days: number
}

/** More than anybody looks through; a password change revokes the rest, too. */
const mostListed = 1_000

/** Sessions: the truth about which access tokens are valid. */
export function createSessionRepository(db: Kysely<UserTables>) {
  return {
    /**
     * Opens a session and deletes the person's expired ones.
     *
     * @returns nothing when the password has changed since it was compared, or the person was banned: the lock on the account makes either the
     * change see this session, or this statement see the change.
     */
    open(session: NewSession): Promise<SessionRow | undefined> {
      return db
        .with('expired', (cte) =>
          cte.deleteFrom('sessions').where('id', 'in', (query) =>
            query
              .selectFrom('sessions')
              .select('id')
              .where('userId', '=', session.userId)
              .where('expiresAt', '<=', sql<Date>`now()`)
              .forUpdate()
              .skipLocked(),
          ),
        )
        .insertInto('sessions')
        .columns(['id', 'userId', 'userAgent', 'expiresAt'])
        .expression((query) =>
          query
            .selectFrom('accounts')
            .select([
              sql<string>`${session.id}::bigint`.as('sessionId'),
              'id',
              sql<string>`${session.userAgent}`.as('userAgent'),
              inDays(session.days).as('expiresAt'),
            ])
            .where('id', '=', session.userId)
            .where('passwordHash', '=', session.passwordHash)
            .where('bannedAt', 'is', null)
            .forShare(),
        )
        .returningAll()
        .executeTakeFirst()
    },

    /** A session that has neither expired nor been revoked. */
    findActive(id: string): Promise<SessionRow | undefined> {
      return db
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', id)
        .where('expiresAt', '>', sql<Date>`now()`)
        .executeTakeFirst()
    },

    /** A person's sessions that have neither expired nor been revoked, most recently used first. */
    activeOf(userId: string): Promise<SessionRow[]> {
      return db
        .selectFrom('sessions')
        .selectAll()
        .where('userId', '=', userId)
        .where('expiresAt', '>', sql<Date>`now()`)
        .orderBy('lastUsedAt', 'desc')
        .orderBy('id', 'desc')
        .limit(mostListed)
        .execute()
    },

    /** Moves a session's end on, unless that happened within the last hour; answers the session if it did. */
    prolong(id: string, days: number): Promise<SessionRow | undefined> {
      return db
        .updateTable('sessions')
        .set({ lastUsedAt: sql<Date>`now()`, expiresAt: inDays(days) })
        .where('id', '=', id)
        .where('lastUsedAt', '<=', sql<Date>`now() - interval '1 hour'`)
        .returningAll()
        .executeTakeFirst()
    },

    /** Deletes one of a person's sessions, and tells whether there was such a one. */
    async remove(userId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('id', '=', id)
        .where('userId', '=', userId)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    /** Deletes all sessions of a person, and answers which. */
    async removeAll(userId: string): Promise<string[]> {
      const rows = await db.deleteFrom('sessions').where('userId', '=', userId).returning('id').execute()
      return rows.map((row) => row.id)
    },

    /** Deletes a person's sessions but one, and answers which. */
    async removeOthers(userId: string, keptId: string): Promise<string[]> {
      const rows = await db
        .deleteFrom('sessions')
        .where('userId', '=', userId)
        .where('id', '!=', keptId)
        .returning('id')
        .execute()
      return rows.map((row) => row.id)
    },
  }
}

export type SessionRepository = ReturnType<typeof createSessionRepository>

function inDays(days: number) {
  return sql<Date>`now() + ${days} * interval '1 day'`
}
