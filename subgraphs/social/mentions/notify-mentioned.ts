import { sql, type RawBuilder } from 'kysely'
import { isBlockBetween } from '../../../db/visibility.ts'
import type { MentionPlace } from '../../../platform/text/mentions.ts'
import { notify } from '../notifications/repository.ts'

interface Mentioning {
  /** Null for none. */
  readonly mentions: readonly MentionPlace[] | null
}

/** The mentions of comments for the statement that stores them, each as JSON. */
export function mentionTexts(comments: readonly Mentioning[]): (string | null)[] {
  return comments.map(({ mentions }) => mentions && JSON.stringify(mentions))
}

/**
 * The part of a statement that notifies whom comments mention, but not who is notified of the comment itself, nor across a block.
 * Without mentions there is none.
 *
 * @param added comments that the statement added, with `recipient_id`, who is notified of each.
 */
export function notifyMentioned(comments: readonly Mentioning[], added: RawBuilder<unknown>): RawBuilder<unknown> {
  if (comments.every(({ mentions }) => mentions === null)) return sql``
  const mentioned = sql`
    select distinct mention."userId" as recipient_id, added.id, added.author_id as actor_id, added.video_id as subject_id
    from (${added}) as added
    cross join lateral jsonb_to_recordset(added.mentions) as mention ("userId" bigint)
    where mention."userId" <> added.recipient_id
      and not ${isBlockBetween(sql`mention."userId"`, sql`added.author_id`)}`
  return sql`mentioned as (${notify('MENTION', mentioned)}),`
}
