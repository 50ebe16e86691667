import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'
import type { RefreshToken } from './refresh-token.ts'

/** A stored session. Revoking deletes the row, and a trigger notifies all processes. */
export interface SessionRow {
  readonly id: string
  readonly userId: string
  /** The generation of the valid refresh token; null when the access token does not expire. */
  readonly refreshGeneration: number | null
  readonly userAgent: string
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
}

/** A session to be opened for a user whose password matched this hash. */
export interface NewSession {
  readonly id: string
  readonly userId: string
  readonly passwordHash: string
  readonly userAgent: string
  readonly refreshGeneration: number | null
  /** After how many days without use it ends. */
  readonly days: number
}

/** More than anyone reads; a password change revokes the others, too. */
const maxListed = 1_000

/** For how long a replaced refresh token still returns its successor: the time in which clients retry after a lost answer. */
const repeatSeconds = 30

/** Sessions: the source of truth about which access tokens are valid. */
export function createSessionRepository(db: Kysely<UserTables>) {
  return {
    /**
     * Opens a session and deletes the user's expired ones.
     *
     * @returns nothing when the password has changed since it was compared, or the user was banned. Both lock the account, so
     * either the change sees this session, or this statement sees the change.
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

    /** A user's valid sessions, most recently used first. */
    activeOf(userId: string): Promise<SessionRow[]> {
      return db
        .selectFrom('sessions')
        .selectAll()
        .where('userId', '=', userId)
        .where('expiresAt', '>', sql<Date>`now()`)
        .orderBy('lastUsedAt', 'desc')
        .orderBy('id', 'desc')
        .limit(maxListed)
        .execute()
    },

    /** Extends a session, unless that happened within the last hour; resolves to the session if it did. */
    prolong(id: string, days: number): Promise<SessionRow | undefined> {
      return db
        .updateTable('sessions')
        .set({ lastUsedAt: sql<Date>`now()`, expiresAt: inDays(days) })
        .where('id', '=', id)
        .where('lastUsedAt', '<=', sql<Date>`now() - interval '1 hour'`)
        .returningAll()
        .executeTakeFirst()
    },

    /** Increments the generation of a session; resolves to nothing when the token is not the newest. */
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

    /** The session whose current generation directly follows that of a token, if it was refreshed recently. */
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

    /** Deletes a session whose generation is later than that of a token; resolves to whether there was one. */
    async removeRefreshed({ sessionId, generation }: RefreshToken): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('id', '=', sessionId)
        .where('refreshGeneration', '>', generation)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    /** Deletes one of a user's sessions; resolves to whether there was one. */
    async remove(userId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('id', '=', id)
        .where('userId', '=', userId)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    /** Deletes all sessions of a user; resolves to the deleted rows. */
    removeAll(userId: string): Promise<SessionRow[]> {
      return db.deleteFrom('sessions').where('userId', '=', userId).returningAll().execute()
    },
  }
}

export type SessionRepository = ReturnType<typeof createSessionRepository>

function inDays(days: number) {
  return sql<Date>`now() + ${days} * interval '1 day'`
}
