import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor } from '../../../platform/graphql/cursor.ts'

export type AuditAction = 'BAN_USER' | 'UNBAN_USER' | 'GRANT_ADMIN' | 'REVOKE_ADMIN'

/** An action on an account. Entries never change. */
export interface AuditRow {
  readonly id: string
  /** Null when it was an operator on the server. */
  readonly actorId: string | null
  readonly action: AuditAction
  readonly subjectId: string
  readonly reason: string
  readonly createdAt: Date
}

/** An action and its record. */
export interface Act {
  /** The id of its entry. */
  readonly id: string
  readonly actorId: string | null
  readonly subjectId: string
  readonly reason: string
}

export type ModerationRepository = ReturnType<typeof createModerationRepository>

/** Actions of administrators and operators on accounts; each is one statement together with its entry in the audit log. */
export function createModerationRepository(db: Kysely<UserTables>) {
  /** Changes the account if it meets the condition; resolves to whether it did. */
  async function change(action: AuditAction, act: Act, what: Change): Promise<boolean> {
    const { rows } = await sql`
      with changed as (
        update accounts set ${what.set} where id = ${act.subjectId} and ${what.where} returning id
      )
      insert into audit_log (id, actor_id, action, subject_id, reason)
      select ${act.id}, ${act.actorId}::bigint, ${action}, id, ${act.reason} from changed
      returning id`.execute(db)
    return rows.length > 0
  }

  return {
    /** Bans a user who is neither banned nor an administrator. */
    ban: (act: Act) =>
      change('BAN_USER', act, {
        set: sql`banned_at = now(), ban_reason = ${act.reason}`,
        where: sql`banned_at is null and role <> 'ADMIN'`,
      }),

    /** Lifts a ban. */
    unban: (act: Act) =>
      change('UNBAN_USER', act, {
        set: sql`banned_at = null, ban_reason = null`,
        where: sql`banned_at is not null`,
      }),

    /** Makes a member who is not banned an administrator. */
    grantAdmin: (act: Act) =>
      change('GRANT_ADMIN', act, { set: sql`role = 'ADMIN'`, where: sql`role <> 'ADMIN' and banned_at is null` }),

    /** Makes an administrator a member. */
    revokeAdmin: (act: Act) => change('REVOKE_ADMIN', act, { set: sql`role = 'MEMBER'`, where: sql`role = 'ADMIN'` }),

    /** A page of the audit log, newest first, plus one entry when there are more. */
    async log(page: PageArguments): Promise<AuditRow[]> {
      let query = db.selectFrom('auditLog').selectAll()
      if (page.after != null) query = query.where('id', '<', decodeCursor(page.after, 1)[0] ?? '0')
      const rows = await query
        .orderBy('id', 'desc')
        .limit(page.first + 1)
        .execute()
      return rows as AuditRow[]
    },
  }
}

interface Change {
  readonly set: ReturnType<typeof sql>
  readonly where: ReturnType<typeof sql>
}
