import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { maxEvents, type EventPage, type EventRow } from '../../../platform/graphql/events.ts'
import { currentSnapshot, isNewSince } from '../../../platform/postgres/snapshots.ts'

export type EventRepository = ReturnType<typeof createEventRepository>

/**
 * How the processing of videos went on, and the notifications of its end and of mentions in titles. Of a video there is its last event: it is shown as it
 * is when it is read.
 */
export function createEventRepository(db: Kysely<VideoTables>) {
  return {
    /** What an earlier snapshot did not see, of one author or of everybody; without one, only where to begin. */
    async since(snapshot: string | null, userId: string | null): Promise<EventPage> {
      if (snapshot === null) {
        const { rows } = await sql<{ upTo: string }>`select ${currentSnapshot} as up_to`.execute(db)
        return { upTo: rows[0]?.upTo ?? '', events: [], isCut: false }
      }
      const most = userId === null ? maxEvents.everybody : maxEvents.user
      const isNew = isNewSince(sql`transaction_id`, snapshot)
      const newMentions =
        userId === null
          ? sql`mentions where ${isNew} and user_id <> author_id order by transaction_id limit ${most + 1}`
          : sql`(
              select * from mentions where user_id = ${userId} order by id desc limit ${most + 1}
            ) as newest where ${isNew} and user_id <> author_id`
      const ofAuthor = userId === null ? sql`true` : sql`author_id = ${userId}`
      const { rows } = await sql<{ upTo: string; events: EventRow[] }>`
        select ${currentSnapshot} as up_to, coalesce((
          select json_agg(json_build_object(
            'id', event.id, 'type', type, 'userId', author_id::text, 'subjectId', subject_id::text, 'otherId', null
          ) order by transaction_id, type desc, subject_id) from (
            select transaction_id, author_id, event.*
            from (
            select * from processing_events where ${isNew} and ${ofAuthor}
            order by transaction_id limit ${most + 1}
          ) as processed
          cross join lateral (
            select 'video-' || video_id || '-' || transaction_id as id, 'VideoChanged' as type, video_id as subject_id
            union all
            -- What ends the processing notifies its author, by the same transaction.
            select 'notification-' || outcome_id, 'NotificationAdded', outcome_id from videos
            where videos.id = video_id and outcome_id is not null
          ) as event
            union all (
              select transaction_id, user_id, 'notification-' || id, 'NotificationAdded', id from ${newMentions}
            )
          ) as event
        ), '[]') as events`.execute(db)
      const { upTo = '', events = [] } = rows[0] ?? {}
      return { upTo, events: events.slice(0, most), isCut: events.length > most }
    },
  }
}
