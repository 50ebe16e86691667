import { sql, type Kysely, type RawBuilder } from 'kysely'
import { isBlockBetween, isEachVisibleTo, isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import { maxEvents, type EventPage, type EventRow } from '../../../platform/graphql/events.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { idBound } from '../../../platform/graphql/cursor.ts'
import { currentSnapshot, isNewSince } from '../../../platform/postgres/snapshots.ts'

export type NotificationKind = 'LIKE' | 'FOLLOW' | 'COMMENT' | 'REPLY' | 'MENTION' | 'VIDEO_READY' | 'VIDEO_FAILED'

/** What several people did with the same thing, as one; or how the processing of a video ended, which is nobody's act. */
export interface NotificationRow {
  /** That of the newest. */
  readonly id: string
  readonly kind: NotificationKind
  /** The video; of a follow, who followed last. */
  readonly subjectId: string
  readonly createdAt: Date
  /** The newest first, `mostActors` at most. */
  readonly actorIds: readonly string[]
  readonly actorCount: number
  readonly isRead: boolean
}

/** How many who did the same are named. */
export const mostActors = 10
/** How many notifications of a user are read, and kept: the newest. */
const mostKept = 1_000
const keptDays = 90
/** Up to how many are counted: more are as many to a reader. */
const mostCounted = 100
/** How many old ones are removed at a time. */
const removedAtOnce = 1_000

export type NotificationRepository = ReturnType<typeof createNotificationRepository>

/** Writes notifications of what was added by the same statement: never of one's own acts, nor of whom one keeps away. */
export function notify(kind: NotificationKind, added: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into notifications (recipient_id, id, kind, actor_id, subject_id)
    select recipient_id, id, ${kind}, actor_id, subject_id from (${added}) as act
    where recipient_id <> actor_id and ${isEachVisibleTo(sql`recipient_id`, sql`actor_id`)}`
}

/** What others did that concerns a user. */
export function createNotificationRepository(db: Kysely<SocialTables>) {
  /** Those of a user's newest that they are shown now. Each look-up is by key, and its limit keeps it one. */
  const shownTo = (userId: string): RawBuilder<unknown> => sql`
    (
      select id, case status when 'READY' then 'VIDEO_READY' else 'VIDEO_FAILED' end as kind, null::bigint as actor_id,
        video_id as subject_id, created_at
      from video.processing_outcomes
      where author_id = ${userId} and created_at > now() - ${keptDays} * interval '1 day'
      order by id desc limit ${mostKept}
    ) union all
    select recent.* from (
      (
        select id, kind, actor_id, subject_id, created_at from notifications
        where recipient_id = ${userId} order by id desc limit ${mostKept}
      ) union all (
        select id, 'MENTION', author_id, video_id, created_at from video.title_mentions
        where user_id = ${userId} and created_at > now() - ${keptDays} * interval '1 day'
        order by id desc limit ${mostKept}
      )
    ) as recent
    cross join lateral (select from "user".registered_users as known where known.id = recent.actor_id limit 1) as actor
    where ${isEachVisibleTo(sql`${userId}::bigint`, sql`recent.actor_id`)}
      and not ${isBlockBetween(sql`${userId}::bigint`, sql`recent.actor_id`)}
      and (recent.kind = 'FOLLOW' or (
        select true from video.published_videos as video
        where video.id = recent.subject_id and ${isPublishedFor(sql`${userId}::bigint`, sql`video`)} limit 1
      ) is not null)`

  /** Likes of one video are one notification, and so are the follows of a day. */
  const folded = (userId: string): RawBuilder<unknown> => sql`
    select max(id) as id, kind, (array_agg(subject_id order by id desc))[1] as subject_id, max(created_at) as created_at,
      coalesce((array_agg(actor_id order by id desc) filter (where actor_id is not null))[1:${sql.lit(mostActors)}]::text[], '{}')
        as actor_ids,
      count(actor_id)::integer as actor_count, array_agg(id) as ids,
      max(id) <= coalesce((select read_up_to_id from notification_reads where user_id = ${userId}), 0) as is_read
    from (${shownTo(userId)}) as shown
    group by kind, case kind
      when 'LIKE' then subject_id
      when 'FOLLOW' then extract(epoch from date_trunc('day', created_at at time zone 'utc'))::bigint
      else id end`

  return {
    /** A page of a user's notifications, newest first, with one more when there are more. */
    async ofUser(userId: string, page: PageArguments): Promise<NotificationRow[]> {
      const { rows } = await sql<NotificationRow>`
        select id, kind, subject_id, created_at, actor_ids, actor_count, is_read from (${folded(userId)}) as folded
        where id < ${idBound(page)} order by id desc limit ${page.first + 1}`.execute(db)
      return rows
    },

    /** The notification of a user that one act is part of. */
    async find(userId: string, id: string): Promise<NotificationRow | null> {
      const { rows } = await sql<NotificationRow>`
        select id, kind, subject_id, created_at, actor_ids, actor_count, is_read from (${folded(userId)}) as folded
        where ${id}::bigint = any (ids)`.execute(db)
      return rows[0] ?? null
    },

    /** How many acts a user has not read of, `mostCounted` at most. */
    async unreadOf(userId: string): Promise<number> {
      const { rows } = await sql<{ unread: number }>`
        select count(*)::integer as unread from (
          select from (${shownTo(userId)}) as shown
          where id > coalesce((select read_up_to_id from notification_reads where user_id = ${userId}), 0)
          limit ${mostCounted}
        ) as counted`.execute(db)
      return rows[0]?.unread ?? 0
    },

    /** Marks a user's notifications as read up to one of them, which need not exist any more. A mark never moves back. */
    async markRead(userId: string, upTo: string): Promise<{ readonly hasMoved: boolean }> {
      const { rows } = await sql`
        insert into notification_reads as known (user_id, read_up_to_id)
        select ${userId}, least(${upTo}::bigint, newest) from (
          select greatest(
            (select max(id) from notifications where recipient_id = ${userId}),
            (select max(id) from video.processing_outcomes where author_id = ${userId}),
            (select max(id) from video.title_mentions where user_id = ${userId})
          ) as newest
        ) as known_of
        where newest is not null
        on conflict (user_id) do update
        set read_up_to_id = excluded.read_up_to_id, transaction_id = pg_current_xact_id()
        where known.read_up_to_id < excluded.read_up_to_id
        returning user_id`.execute(db)
      return { hasMoved: rows.length > 0 }
    },

    /** What an earlier snapshot did not see, of one user or of everybody; without one, only where to begin. */
    async since(snapshot: string | null, userId: string | null): Promise<EventPage> {
      if (snapshot === null) {
        const { rows } = await sql<{ upTo: string }>`select ${currentSnapshot} as up_to`.execute(db)
        return { upTo: rows[0]?.upTo ?? '', events: [], isCut: false }
      }
      const most = userId === null ? maxEvents.everybody : maxEvents.user
      const isNew = isNewSince(sql`transaction_id`, snapshot)
      const added =
        userId === null
          ? sql`notifications where ${isNew} order by transaction_id limit ${most + 1}`
          : sql`(
              select * from notifications where recipient_id = ${userId} order by id desc limit ${most + 1}
            ) as newest where ${isNew}`
      const ofReader = userId === null ? sql`true` : sql`user_id = ${userId}`
      const { rows } = await sql<{ upTo: string; events: EventRow[] }>`
        select ${currentSnapshot} as up_to, coalesce((
          select json_agg(json_build_object(
            'id', event.id, 'type', event.type, 'userId', event.user_id::text,
            'subjectId', event.subject_id::text, 'otherId', null
          ) order by transaction_id, subject_id) from (
            (
              select transaction_id, recipient_id as user_id, id as subject_id, 'notification-' || id as id,
                'NotificationAdded' as type
              from ${added}
            ) union all (
              select transaction_id, user_id, read_up_to_id, 'notifications-read-' || user_id || '-' || read_up_to_id,
                'NotificationsRead'
              from notification_reads where ${isNew} and ${ofReader} limit ${most + 1}
            )
          ) as event
        ), '[]') as events`.execute(db)
      const { upTo = '', events = [] } = rows[0] ?? {}
      return { upTo, events: events.slice(0, most), isCut: events.length > most }
    },

    /** Removes what is older than 90 days, the oldest first; a thousand at a time; answers how many. */
    async removeOldest(): Promise<number> {
      const { rows } = await sql<{ removed: number }>`
        with oldest as (
          select recipient_id, id, created_at from notifications order by transaction_id limit ${removedAtOnce}
        ), removed as (
          delete from notifications as old using oldest
          where old.recipient_id = oldest.recipient_id and old.id = oldest.id
            and oldest.created_at < now() - ${keptDays} * interval '1 day'
          returning old.id
        )
        select count(*)::integer as removed from removed`.execute(db)
      return rows[0]?.removed ?? 0
    },

    /** Removes what a user has beyond the newest thousand. */
    async removeBeyondNewest(userId: string): Promise<void> {
      await sql`
        delete from notifications where recipient_id = ${userId} and id <= (
          select id from notifications where recipient_id = ${userId} order by id desc limit 1 offset ${mostKept}
        )`.execute(db)
    },
  }
}
