import { sql, type Kysely } from 'kysely'
import type { ChatTables } from '../../../db/ownership.ts'
import { isBlockBetween, isEachVisibleTo } from '../../../db/visibility.ts'

/** What decides whether two users may know of each other that they are online, or typing. */
export interface Contact {
  readonly hasConversation: boolean
  /** Whether one has blocked the other. */
  readonly isBlocked: boolean
  /** Whether the viewer has muted the other user. */
  readonly isMuted: boolean
  readonly hasMutedViewer: boolean
}

export type ContactRepository = ReturnType<typeof createContactRepository>

/** How users stand to each other. */
export function createContactRepository(db: Kysely<ChatTables>) {
  return {
    /** How other users stand to the viewer, by their ids. */
    async findMany(viewerId: string, userIds: readonly string[]): Promise<Map<string, Contact>> {
      const viewer = sql`${viewerId}::bigint`
      const { rows } = await sql<Contact & { userId: string }>`
        select other.user_id, ${isBlockBetween(viewer, sql`other.user_id`)} as is_blocked,
          not ${isEachVisibleTo(viewer, sql`other.user_id`)} as is_muted,
          not ${isEachVisibleTo(sql`other.user_id`, viewer)} as has_muted_viewer,
          (
            select true from conversations
            where low_user_id = least(other.user_id, ${viewer}) and high_user_id = greatest(other.user_id, ${viewer})
          ) is not null as has_conversation
        from unnest(${userIds}::bigint[]) as other (user_id)`.execute(db)
      return new Map(rows.map((row) => [row.userId, row]))
    },
  }
}
