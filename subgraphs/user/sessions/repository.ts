import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'
import type { RefreshToken } from './refresh-token.ts'

/** A session as it is kept; revoking it deletes the row, and that tells every process. */
export interface SessionRow {
  readonly id: string
  readonly userId: string
  /** Of the refresh token that is good; null when its access token lasts. */
  readonly refreshGeneration: number | null
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
  readonly refreshGeneration: number | null
  /** In how many days it ends unless it is used. */
  readonly days: number
}

/** More than anybody looks through; a password change revokes the rest, too. */
const mostListed = 1_000

/** How long a refresh token that was replaced answers its successor: as long as a client waits that lost the answer. */
const repeatSeconds = 30

/** Sessions: the truth about which access tokens are valid. */
export function createSessionRepository(db: Kysely<UserTables>) {
  return {
    /**
     * Opens a session and deletes the person's expired ones.
     *
     * @returns nothing when the password has changed since it was compared: the lock on the account makes either the
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
        .columns(['id', 'userId', 'userAgent', 'refreshGeneration', 'expiresAt'])
        .expression((query) =>
          query
            .selectFrom('accounts')
            .select([
              sql<string>`${session.id}::bigint`.as('sessionId'),
              'id',
              sql<string>`${session.userAgent}`.as('userAgent'),
              sql<number | null>`${session.refreshGeneration}::integer`.as('refreshGeneration'),
              inDays(session.days).as('expiresAt'),
            ])
            .where('id', '=', session.userId)
            .where('passwordHash', '=', session.passwordHash)
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

    /** Moves a session on from the generation of a token; nothing when that is not the newest. */
    refresh({ sessionId, generation }: RefreshToken, days: number): Promise<SessionRow | undefined> {
      return db
        .updateTable('sessions')
        .set({
          refreshGeneration: generation + 1,
          refreshedAt: sql<Date>`now()`,
          lastUsedAt: sql<Date>`now()`,
          expiresAt: inDays(days),
        })
        .where('id', '=', sessionId)
        .where('refreshGeneration', '=', generation)
        .where('expiresAt', '>', sql<Date>`now()`)
        .returningAll()
        .executeTakeFirst()
    },

    /** The session that has just moved on from the generation of a token, and no further. */
    findJustRefreshed({ sessionId, generation }: RefreshToken): Promise<SessionRow | undefined> {
      return db
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', sessionId)
        .where('refreshGeneration', '=', generation + 1)
        .where('refreshedAt', '>', sql<Date>`now() - ${repeatSeconds} * interval '1 second'`)
        .where('expiresAt', '>', sql<Date>`now()`)
        .executeTakeFirst()
    },

    /** Deletes a session that has moved on from the generation of a token, and tells whether there was such a one. */
    async removeRefreshed({ sessionId, generation }: RefreshToken): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('id', '=', sessionId)
        .where('refreshGeneration', '>', generation)
        .executeTakeFirst()
      return numDeletedRows === 1n
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

    /** Deletes all of a person's sessions, and answers what they were. */
    removeAll(userId: string): Promise<SessionRow[]> {
      return db.deleteFrom('sessions').where('userId', '=', userId).returningAll().execute()
    },
  }
}

export type SessionRepository = ReturnType<typeof createSessionRepository>

function inDays(days: number) {
  return sql<Date>`now() + ${days} * interval '1 day'`
}
