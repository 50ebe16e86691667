import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isShownTo } from '../../../db/boundaries.ts'
import type { ChatTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import { Forbidden, NotFound } from '../../../platform/errors.ts'
import { groupBy } from '../../../platform/group-by.ts'
import { momentOf } from '../moments.ts'

/** A message as it is kept. */
export interface MessageRow {
  readonly id: string
  readonly senderId: string
  readonly recipientId: string
  readonly content: string
  readonly createdAt: Date
}

/** The question what one person said to another strictly after a moment. */
export interface Poll {
  readonly senderId: string
  readonly recipientId: string
  readonly after: Date
}

/** How many messages a poll answers at most; whoever gets as many asks on from the last one. */
export const longestAnswer = 1_000

/** What decides whether somebody can be written to. */
interface Recipient {
  readonly isRegistered: boolean
  readonly isParted: boolean
}

export type MessageRepository = ReturnType<typeof createMessageRepository>

/** Messages, and the conversation that each is the newest of for a while. */
export function createMessageRepository(db: Kysely<ChatTables>, rules: { readonly friendsOnly: boolean }) {
  return {
    /**
     * Keeps a message. Its moment is now, or a millisecond after the conversation's newest when that is later: so moments
     * strictly increase within a conversation, whichever process and clock each message passes through.
     *
     * One statement, hence one transaction: whoever writes to the same conversation waits for its row.
     *
     * @throws NotFound when there is no such recipient.
     * @throws Forbidden when one of the two has blocked the other, or when only friends may write and they are not.
     */
    async add(message: Omit<MessageRow, 'createdAt'>): Promise<MessageRow> {
      const { id, senderId, recipientId, content } = message
      const isFriend = rules.friendsOnly
        ? sql`exists (select from social.friendships where user_id = ${senderId} and friend_id = ${recipientId})`
        : sql`true`
      const { rows } = await sql<Recipient & { createdAt: Date | null }>`
        with recipient as materialized (
          select
            exists (select from "user".registered_users where id = ${recipientId}) as is_registered,
            ${isBlockBetween(sql`${senderId}::bigint`, sql`${recipientId}::bigint`)} as is_parted,
            ${isFriend} as is_friend
        ), conversation as (
          insert into conversations as known (low_user_id, high_user_id, last_message_id, last_message_at)
          select
            least(${senderId}::bigint, ${recipientId}::bigint), greatest(${senderId}::bigint, ${recipientId}::bigint),
            ${id}::bigint, date_trunc('milliseconds', clock_timestamp())
          from recipient where is_registered and not is_parted and is_friend
          on conflict (low_user_id, high_user_id) do update
          set last_message_id = excluded.last_message_id,
              last_message_at = greatest(excluded.last_message_at, known.last_message_at + interval '1 millisecond')
          returning last_message_at
        ), message as (
          insert into messages (id, sender_id, recipient_id, content, created_at)
          select ${id}::bigint, ${senderId}::bigint, ${recipientId}::bigint, ${content}, last_message_at
          from conversation
          returning created_at
        )
        select is_registered, is_parted, created_at from recipient left join message on true`.execute(db)
      const [outcome] = rows
      if (outcome?.createdAt) return { ...message, createdAt: outcome.createdAt }
      throw refusalOf(outcome)
    },

    /** Those of the messages that a person sent, or got from somebody whom he has neither blocked nor muted. */
    async findMany(viewerId: string, ids: readonly string[]): Promise<Map<string, MessageRow>> {
      const rows = await db
        .selectFrom('messages')
        .selectAll()
        .where('id', 'in', ids)
        .where((where) => where.or([where('senderId', '=', viewerId), where('recipientId', '=', viewerId)]))
        .where(isShownTo(viewerId, sql.ref('messages.senderId')))
        .execute()
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** The newest message between a person and each of others, by the other's id; of those whom he is shown. */
    async newestWith(viewerId: string, userIds: readonly string[]): Promise<Map<string, MessageRow>> {
      const { rows } = await sql<MessageRow>`
        select messages.*
        from unnest(${userIds}::bigint[]) as other (user_id)
        join conversations
          on low_user_id = least(other.user_id, ${viewerId}::bigint)
          and high_user_id = greatest(other.user_id, ${viewerId}::bigint)
        join messages on messages.id = conversations.last_message_id
        where ${isShownTo(viewerId, sql`other.user_id`)}`.execute(db)
      return new Map(rows.map((row) => [otherThan(viewerId, row), row]))
    },

    /**
     * A page of what a person and each of others said to each other, by the other's id: newest first, with one message
     * more when there are more. Of somebody whom the viewer keeps away there is only what the viewer said.
     */
    async between(
      viewerId: string,
      userIds: readonly string[],
      page: PageArguments,
    ): Promise<Map<string, MessageRow[]>> {
      const [before] = page.after == null ? [] : decodeCursor(page.after, 1)
      const { rows } = await sql<MessageRow>`
        select messages.*
        from unnest(${userIds}::bigint[]) as other (user_id)
        cross join lateral (
          select * from messages
          where least(sender_id, recipient_id) = least(other.user_id, ${viewerId}::bigint)
            and greatest(sender_id, recipient_id) = greatest(other.user_id, ${viewerId}::bigint)
            and created_at < ${momentOf(before)}
            and ${isShownTo(viewerId, sql`messages.sender_id`)}
          order by created_at desc
          limit ${page.first + 1}
        ) as messages
        order by messages.created_at desc`.execute(db)
      return groupBy(rows, (row) => otherThan(viewerId, row))
    },

    /**
     * The answers to polls, in their order: each ascending, at most the `longestAnswer` oldest messages; none of a sender
     * whom the recipient keeps away.
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
          select * from messages
          where messages.recipient_id = polls.recipient_id and messages.sender_id = polls.sender_id
            and created_at > polls.after and ${isShownTo(sql`polls.recipient_id`, sql`polls.sender_id`)}
          order by created_at
          limit ${longestAnswer}
        ) as messages
        order by messages.created_at`.execute(db)
      const answers = groupBy(rows, (row) => String(row.poll))
      return polls.map((_, index) => answers.get(String(index + 1)) ?? [])
    },
  }
}

function refusalOf(recipient: Recipient | undefined): Forbidden | NotFound {
  if (!recipient?.isRegistered) return new NotFound({ en: 'There is no such person.', zh: '用户不存在。' })
  return recipient.isParted
    ? new Forbidden({ en: 'One of you has blocked the other.', zh: '你们之间存在拉黑关系，无法进行此操作。' })
    : new Forbidden({ en: 'Only friends can write to each other.', zh: '互相关注后才能发消息。' })
}

/** The cursor of a message in its conversation, where no other has its moment. */
export function messageCursor(message: MessageRow): string {
  return encodeCursor(String(message.createdAt.getTime()))
}

function otherThan(viewerId: string, message: MessageRow): string {
  return message.senderId === viewerId ? message.recipientId : message.senderId
}
