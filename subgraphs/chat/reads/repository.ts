import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isVisibleTo } from '../../../db/visibility.ts'
import type { ChatTables } from '../../../db/ownership.ts'

/** How far the two users of a conversation have read, as visible to one of them. */
export interface ReadMarks {
  readonly readUpToId: string | null
  readonly participantReadUpToId: string | null
}

/** The maximum count; readers do not need more. */
export const maxCounted = 100
/** The maximum number of conversations whose messages are counted, newest first, per index. */
const conversationsLookedAt = 100

export type ReadRepository = ReturnType<typeof createReadRepository>

/** Read marks, and counts of unread messages. */
export function createReadRepository(db: Kysely<ChatTables>) {
  return {
    /**
     * Marks another user's messages as read, up to one of them.
     *
     * @returns whether the mark moved; null when the reader cannot see the message.
     */
    async mark(userId: string, otherId: string, messageId: string): Promise<{ readonly hasMoved: boolean } | null> {
      const { rows } = await sql<{ hasMoved: boolean }>`
        with target as materialized (
          select id, created_at from messages
          where id = ${messageId} and recipient_id = ${userId} and sender_id = ${otherId}
            and ${isVisibleTo(userId, sql`messages.sender_id`)}
        ), moved as (
          insert into reads as known (user_id, other_id, read_up_to_id, read_up_to_at)
          select ${userId}, ${otherId}, id, created_at from target
          on conflict (user_id, other_id) do update
          set read_up_to_id = excluded.read_up_to_id, read_up_to_at = excluded.read_up_to_at,
            transaction_id = pg_current_xact_id()
          where known.read_up_to_at < excluded.read_up_to_at
          returning user_id
        )
        select exists (select from moved) as has_moved from target`.execute(db)
      return rows[0] ?? null
    },

    /** The read marks of conversations, by the other user's id. Between blocked users, the other's mark is not visible. */
    async marksWith(viewerId: string, userIds: readonly string[]): Promise<Map<string, ReadMarks>> {
      const { rows } = await sql<ReadMarks & { userId: string }>`
        select other.user_id, own.read_up_to_id,
          case when ${isBlockBetween(sql`other.user_id`, sql`${viewerId}::bigint`)} then null
            else theirs.read_up_to_id end as participant_read_up_to_id
        from unnest(${userIds}::bigint[]) as other (user_id)
        left join reads as own on own.user_id = ${viewerId} and own.other_id = other.user_id
        left join reads as theirs on theirs.user_id = other.user_id and theirs.other_id = ${viewerId}`.execute(db)
      return new Map(rows.map((row) => [row.userId, row]))
    },

    /** The number of unread messages from each of the others, at most `maxCounted`; none from blocked or muted users. */
    async unreadOf(viewerId: string, userIds: readonly string[]): Promise<Map<string, number>> {
      const { rows } = await sql<{ userId: string; unread: number }>`
        select other.user_id, unread.count::integer as unread
        from unnest(${userIds}::bigint[]) as other (user_id)
        left join reads on reads.user_id = ${viewerId} and reads.other_id = other.user_id
        cross join lateral (
          select count(*) from (
            select from messages
            where recipient_id = ${viewerId} and sender_id = other.user_id and recalled_at is null
              and created_at > coalesce(reads.read_up_to_at, '-infinity')
            limit ${maxCounted}
          ) as counted
        ) as unread
        where ${isVisibleTo(viewerId, sql`other.user_id`)}`.execute(db)
      return new Map(rows.map((row) => [row.userId, row.unread]))
    },

    /** The number of unread messages of a user, at most `maxCounted`, in the conversations with the newest messages. */
    async unreadInAll(userId: string): Promise<number> {
      const { rows } = await sql<{ unread: number }>`
        select count(*)::integer as unread from (
          select from (
            (
              select high_user_id as other_id, last_message_at from conversations where low_user_id = ${userId}
              order by last_message_at desc limit ${conversationsLookedAt}
            ) union all (
              select low_user_id, last_message_at from conversations where high_user_id = ${userId}
              order by last_message_at desc limit ${conversationsLookedAt}
            )
          ) as conversation
          left join reads on reads.user_id = ${userId} and reads.other_id = conversation.other_id
          cross join lateral (
            select from messages
            where recipient_id = ${userId} and sender_id = conversation.other_id and recalled_at is null
              and created_at > coalesce(reads.read_up_to_at, '-infinity')
            limit ${maxCounted}
          ) as unread
          where last_message_at > coalesce(reads.read_up_to_at, '-infinity')
            and ${isVisibleTo(userId, sql`conversation.other_id`)}
          limit ${maxCounted}
        ) as counted`.execute(db)
      return rows[0]?.unread ?? 0
    },
  }
}
