import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isVisibleTo } from '../../../db/visibility.ts'
import type { ChatTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import { Forbidden, type NotFound } from '../../../platform/runtime/errors.ts'
import { blockedError, noSuchUser } from '../../errors.ts'
import { groupBy } from '../../../platform/postgres/group-by.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { timeOfCursor } from '../time-of-cursor.ts'

/** A stored message. */
export interface MessageRow {
  readonly id: string
  readonly senderId: string
  readonly recipientId: string
  readonly content: string
  readonly createdAt: Date
}

/** A page of a conversation: before a cursor, newest first, or after one, oldest first. */
export interface HistoryPage extends PageArguments {
  readonly isForward?: boolean | undefined
}

/** A message to be stored. */
export type NewMessage = Omit<MessageRow, 'createdAt'>

/** A request for the messages of one user to another strictly after a time. */
export interface Poll {
  readonly senderId: string
  readonly recipientId: string
  readonly after: Date
}

/** The maximum number of messages per poll; a client with a full answer continues from the last one. */
export const longestAnswer = 1_000

/** What decides whether a user can be written to. */
interface Recipient {
  readonly isRegistered: boolean
  readonly isBlocked: boolean
}

export type MessageRepository = ReturnType<typeof createMessageRepository>

const columns = sql`messages.id, messages.sender_id, messages.recipient_id, messages.content, messages.created_at`

/** For how long a message can be recalled, in milliseconds. */
export const recallableMs = 120_000

/** Messages, and the newest one of each conversation. */
export function createMessageRepository(db: Kysely<ChatTables>, rules: { readonly friendsOnly: boolean }) {
  return {
    /**
     * Stores messages; results are in their order. The time of each is now, or a millisecond after the newest of its
     * conversation if that is later, so times increase strictly within a conversation, regardless of processes and clocks.
     *
     * One statement and hence one transaction: concurrent writers of the same conversations wait for their rows, which all lock
     * in the same order.
     *
     * @returns NotFound for a recipient who does not exist; Forbidden between blocked users, or when only friends may write and
     * these are not.
     */
    async add(messages: readonly NewMessage[]): Promise<Outcome<MessageRow>[]> {
      const isFriend = rules.friendsOnly
        ? sql`((select true from social.friendships where user_id = sender_id and friend_id = recipient_id) is not null)`
        : sql`true`
      const { rows } = await sql<Recipient & { createdAt: Date | null }>`
        with sent as materialized (
          select
            sent.*, least(sender_id, recipient_id) as low_user_id, greatest(sender_id, recipient_id) as high_user_id,
            -- No \`exists\`, which for hundreds of messages the planner may turn into a hash of everybody.
            (select true from "user".registered_users as known where known.id = recipient_id) is not null as is_registered,
            ${isBlockBetween(sql`sender_id`, sql`recipient_id`)} as is_blocked,
            ${isFriend} as is_friend
          from unnest(
            ${messages.map(({ id }) => id)}::bigint[],
            ${messages.map(({ senderId }) => senderId)}::bigint[],
            ${messages.map(({ recipientId }) => recipientId)}::bigint[],
            ${messages.map(({ content }) => content)}::text[]
          ) with ordinality as sent (id, sender_id, recipient_id, content, index)
        ), accepted as materialized (
          select *, count(*) over (partition by low_user_id, high_user_id order by index desc) - 1 as followed_by
          from sent where is_registered and not is_blocked and is_friend
        ), newest as materialized (
          select low_user_id, high_user_id, max(id) filter (where followed_by = 0) as id,
            max(followed_by) * interval '1 millisecond' as span
          from accepted group by low_user_id, high_user_id
        ), written as (
          insert into conversations as known (low_user_id, high_user_id, last_message_id, last_message_at)
          select low_user_id, high_user_id, id, date_trunc('milliseconds', clock_timestamp()) + span
          from newest order by low_user_id, high_user_id
          on conflict (low_user_id, high_user_id) do update
          set last_message_id = excluded.last_message_id,
              last_message_at = greatest(
                excluded.last_message_at,
                known.last_message_at + interval '1 millisecond' + (
                  select span from newest
                  where newest.low_user_id = excluded.low_user_id and newest.high_user_id = excluded.high_user_id
                )
              )
          returning low_user_id, high_user_id, last_message_at
        ), kept as (
          insert into messages (id, sender_id, recipient_id, content, created_at)
          select id, sender_id, recipient_id, content, last_message_at - followed_by * interval '1 millisecond'
          from accepted join written using (low_user_id, high_user_id)
          returning id, created_at
        )
        select is_registered, is_blocked, created_at from sent left join kept on kept.id = sent.id order by index`.execute(
        db,
      )
      return messages.map((message, index) => {
        const outcome = rows[index]
        return outcome?.createdAt ? { ...message, createdAt: outcome.createdAt } : errorOf(outcome)
      })
    },

    /**
     * Recalls a message of its sender, unless it is too late. The row stays, without its text; the newest remaining message
     * becomes that of the conversation. A message that is sent concurrently stays the newest.
     */
    async recall(senderId: string, id: string): Promise<Pick<MessageRow, 'id' | 'recipientId'> | null> {
      const { rows } = await sql<Pick<MessageRow, 'id' | 'recipientId'>>`
        with recalled as (
          update messages set recalled_at = now(), content = '', transaction_id = pg_current_xact_id()
          where id = ${id} and sender_id = ${senderId} and recalled_at is null
            and created_at > clock_timestamp() - ${recallableMs} * interval '1 millisecond'
          returning id, recipient_id, least(sender_id, recipient_id) as low_user_id,
            greatest(sender_id, recipient_id) as high_user_id
        ), left_over as (
          update conversations set last_message_id = coalesce((
            select messages.id from messages
            where least(sender_id, recipient_id) = recalled.low_user_id
              and greatest(sender_id, recipient_id) = recalled.high_user_id
              and recalled_at is null and messages.id <> recalled.id
            order by created_at desc limit 1
          ), last_message_id)
          from recalled
          where conversations.low_user_id = recalled.low_user_id
            and conversations.high_user_id = recalled.high_user_id and last_message_id = recalled.id
        )
        select id, recipient_id from recalled`.execute(db)
      return rows[0] ?? null
    },

    /** Those of the messages that the user sent, or received from a user whom they have neither blocked nor muted. */
    async findMany(viewerId: string, ids: readonly string[]): Promise<Map<string, MessageRow>> {
      const rows = await db
        .selectFrom('messages')
        .select(['id', 'senderId', 'recipientId', 'content', 'createdAt'])
        .where('id', 'in', ids)
        .where('recalledAt', 'is', null)
        .where((where) => where.or([where('senderId', '=', viewerId), where('recipientId', '=', viewerId)]))
        .where(isVisibleTo(viewerId, sql.ref('messages.senderId')))
        .execute()
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** The newest message between a user and each of the others, by the other's id; without blocked and muted users. */
    async newestWith(viewerId: string, userIds: readonly string[]): Promise<Map<string, MessageRow>> {
      const { rows } = await sql<MessageRow>`
        select ${columns}
        from unnest(${userIds}::bigint[]) as other (user_id)
        join conversations
          on low_user_id = least(other.user_id, ${viewerId}::bigint)
          and high_user_id = greatest(other.user_id, ${viewerId}::bigint)
        join messages on messages.id = conversations.last_message_id
        where messages.recalled_at is null and ${isVisibleTo(viewerId, sql`other.user_id`)}`.execute(db)
      return new Map(rows.map((row) => [otherThan(viewerId, row), row]))
    },

    /**
     * A page of the messages between a user and each of the others, by the other's id, plus one when there are more. With a
     * blocked or muted user, only the viewer's own messages are included.
     */
    async between(
      viewerId: string,
      userIds: readonly string[],
      { first, after, isForward = false }: HistoryPage,
    ): Promise<Map<string, MessageRow[]>> {
      const [cursor] = after == null ? [] : decodeCursor(after, 1)
      const bound = isForward
        ? sql`created_at > ${timeOfCursor(cursor ?? '0')}`
        : sql`created_at < ${timeOfCursor(cursor)}`
      const order = isForward ? sql`created_at` : sql`created_at desc`
      const { rows } = await sql<MessageRow>`
        select messages.*
        from unnest(${userIds}::bigint[]) as other (user_id)
        cross join lateral (
          select ${columns} from messages
          where least(sender_id, recipient_id) = least(other.user_id, ${viewerId}::bigint)
            and greatest(sender_id, recipient_id) = greatest(other.user_id, ${viewerId}::bigint)
            and ${bound} and recalled_at is null
            and ${isVisibleTo(viewerId, sql`messages.sender_id`)}
          order by ${order}
          limit ${first + 1}
        ) as messages
        order by ${order}`.execute(db)
      return groupBy(rows, (row) => otherThan(viewerId, row))
    },

    /**
     * The answers to polls, in their order: each in ascending order, at most the `longestAnswer` oldest messages; none from a
     * sender whom the recipient has blocked or muted.
     */
    async received(polls: readonly Poll[]): Promise<MessageRow[][]> {
      const { rows } = await sql<MessageRow & { poll: number }>`
        select messages.*, polls.index::integer as poll
        from unnest(
          ${polls.map((poll) => poll.senderId)}::bigint[],
          ${polls.map((poll) => poll.recipientId)}::bigint[],
          ${polls.map((poll) => poll.after)}::timestamptz[]
        ) with ordinality as polls (sender_id, recipient_id, after, index)
        cross join lateral (
          select ${columns} from messages
          where messages.recipient_id = polls.recipient_id and messages.sender_id = polls.sender_id
            and created_at > polls.after and recalled_at is null and ${isVisibleTo(sql`polls.recipient_id`, sql`polls.sender_id`)}
          order by created_at
          limit ${longestAnswer}
        ) as messages
        order by messages.created_at`.execute(db)
      const answers = groupBy(rows, (row) => String(row.poll))
      return polls.map((_, index) => answers.get(String(index + 1)) ?? [])
    },
  }
}

function errorOf(recipient: Recipient | undefined): Forbidden | NotFound {
  if (!recipient?.isRegistered) return noSuchUser()
  return recipient.isBlocked
    ? blockedError()
    : new Forbidden({ en: 'Only friends can write to each other.', zh: '互相关注后才能发消息。' })
}

/** The cursor of a message in its conversation, in which times are unique. */
export function messageCursor(message: MessageRow): string {
  return encodeCursor(String(message.createdAt.getTime()))
}

function otherThan(viewerId: string, message: MessageRow): string {
  return message.senderId === viewerId ? message.recipientId : message.senderId
}
