import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { readAuditLog, type AuditRow as OwnedAuditRow } from '../../audit-log.ts'

export type AuditAction = 'BAN_USER' | 'UNBAN_USER' | 'GRANT_ADMIN' | 'REVOKE_ADMIN' | 'RESET_PASSWORD'

/** An action on an account. */
export type AuditRow = OwnedAuditRow<AuditAction, string | null>

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

    /** Gives a user who is not banned another password, which opens one session within a day. */
    resetPassword: (act: Act, passwordHash: string) =>
      change('RESET_PASSWORD', act, {
        set: sql`password_hash = ${passwordHash}, one_time_until = now() + interval '1 day'`,
        where: sql`banned_at is null`,
      }),

    /** A page of the audit log, newest first, plus one entry when there are more. */
    log: (page: PageArguments): Promise<AuditRow[]> => readAuditLog(db, page),
  }
}

interface Change {
  readonly set: ReturnType<typeof sql>
  readonly where: ReturnType<typeof sql>
}
