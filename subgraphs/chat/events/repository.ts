import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ChatTables } from '../../../db/ownership.ts'
import { maxEvents, type EventPage, type EventRow } from '../../../platform/graphql/events.ts'
import { currentSnapshot, isNewSince } from '../../../platform/postgres/snapshots.ts'

export type EventRepository = ReturnType<typeof createEventRepository>

/**
 * Events in conversations. An event is a row that a transaction has changed: a sent or recalled message, or a user's read mark.
 * A caller that passes the last `upTo` misses nothing, even if it commits late.
 */
export function createEventRepository(db: Kysely<ChatTables>) {
  return {
    /** The events that an earlier snapshot did not see, of one user or of all; without a snapshot, only a starting point. */
    async since(snapshot: string | null, userId: string | null): Promise<EventPage> {
      if (snapshot === null) {
        const { rows } = await sql<{ upTo: string }>`select ${currentSnapshot} as up_to`.execute(db)
        return { upTo: rows[0]?.upTo ?? '', events: [], isCut: false }
      }
      const max = userId === null ? maxEvents.everybody : maxEvents.user
      const isOf = (column: string): RawBuilder<boolean> =>
        userId === null ? sql<boolean>`true` : sql<boolean>`${sql.ref(column)} = ${userId}`
      const isNew = isNewSince(sql`transaction_id`, snapshot)
      const { rows } = await sql<{ upTo: string; events: EventRow[] }>`
        select ${currentSnapshot} as up_to, coalesce((
          select json_agg(json_build_object(
            'id', event.id, 'type', event.type, 'userId', event.user_id::text,
            'subjectId', event.subject_id::text, 'otherId', event.other_id::text
          ) order by transaction_id, subject_id) from (
            (
              select transaction_id, recipient_id as user_id, messages.id as subject_id, sender_id as other_id,
                case when recalled_at is null then 'sent-' else 'recalled-' end || messages.id as id,
                case when recalled_at is null then 'MessageReceived' else 'MessageRecalled' end as type
              from messages where ${isNew} and ${isOf('recipient_id')} order by transaction_id limit ${max + 1}
            ) union all (
              select transaction_id, sender_id, messages.id, recipient_id,
                case when recalled_at is null then 'sent-' else 'recalled-' end || messages.id,
                case when recalled_at is null then 'MessageSent' else 'MessageRecalled' end
              from messages where ${isNew} and ${isOf('sender_id')} order by transaction_id limit ${max + 1}
            ) union all (
              select transaction_id, user_id, read_up_to_id, other_id,
                'read-' || user_id || '-' || read_up_to_id, 'ConversationRead'
              from reads where ${isNew} and ${isOf('user_id')} order by transaction_id limit ${max + 1}
            ) union all (
              select transaction_id, other_id, read_up_to_id, user_id,
                'read-' || user_id || '-' || read_up_to_id, 'ConversationSeen'
              from reads where ${isNew} and ${isOf('other_id')} order by transaction_id limit ${max + 1}
            )
          ) as event
        ), '[]') as events`.execute(db)
      const { upTo = '', events = [] } = rows[0] ?? {}
      return { upTo, events: events.slice(0, max), isCut: events.length > max }
    },
  }
}
