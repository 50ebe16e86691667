import { sql, type Kysely } from 'kysely'
import { isVisibleTo } from '../../../db/visibility.ts'
import type { ChatTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import { momentOf } from '../moments.ts'

/** A conversation as one of its two people sees it: it is with somebody. */
export interface ConversationRow {
  readonly participantId: string
}

/** A conversation in a person's list. */
export interface ListedConversation extends ConversationRow {
  readonly lastMessageAt: Date
}

export type ConversationRepository = ReturnType<typeof createConversationRepository>

/** Conversations; the messages keep them up to date. */
export function createConversationRepository(db: Kysely<ChatTables>) {
  return {
    /**
     * A page of a person's conversations, the one with the newest message first, with one more when there are more; none with
     * somebody whom the person keeps away.
     */
    async ofUser(userId: string, page: PageArguments): Promise<ListedConversation[]> {
      const [moment, participantId = '0'] = page.after == null ? [] : decodeCursor(page.after, 2)
      const before = sql`(${momentOf(moment)}::timestamptz, ${participantId}::bigint)`
      const limit = page.first + 1
      // One half for each index: a person is the lower of the two ids in some conversations, the higher in others.
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
