import { sql, type Kysely } from 'kysely'
import { isVisibleTo } from '../../../db/visibility.ts'
import type { ChatTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import { timeOfCursor } from '../time-of-cursor.ts'

/** A conversation as one of its two users sees it. */
export interface ConversationRow {
  readonly participantId: string
}

/** A conversation in a user's list. */
export interface ListedConversation extends ConversationRow {
  readonly lastMessageAt: Date
}

export type ConversationRepository = ReturnType<typeof createConversationRepository>

/** Conversations; writes of messages keep them up to date. */
export function createConversationRepository(db: Kysely<ChatTables>) {
  return {
    /**
     * A page of a user's conversations, by newest message, newest first, plus one when there are more; without users whom the
     * viewer has blocked or muted.
     */
    async ofUser(userId: string, page: PageArguments): Promise<ListedConversation[]> {
      const [moment, participantId = '0'] = page.after == null ? [] : decodeCursor(page.after, 2)
      const before = sql`(${timeOfCursor(moment)}::timestamptz, ${participantId}::bigint)`
      const limit = page.first + 1
      // One half per index: a user has the lower id in some conversations and the higher one in others.
      const { rows } = await sql<ListedConversation>`
        (
          select high_user_id as participant_id, last_message_at from conversations
          where low_user_id = ${userId} and (last_message_at, high_user_id) < ${before}
            and ${isVisibleTo(userId, sql`high_user_id`)}
          order by last_message_at desc, high_user_id desc limit ${limit}
        ) union all (
          select low_user_id, last_message_at from conversations
          where high_user_id = ${userId} and (last_message_at, low_user_id) < ${before}
            and ${isVisibleTo(userId, sql`low_user_id`)}
          order by last_message_at desc, low_user_id desc limit ${limit}
        )
        order by last_message_at desc, participant_id desc limit ${limit}`.execute(db)
      return rows
    },
  }
}

/** The cursor of a conversation in its list. */
export function conversationCursor(conversation: ListedConversation): string {
  return encodeCursor(String(conversation.lastMessageAt.getTime()), conversation.participantId)
}
