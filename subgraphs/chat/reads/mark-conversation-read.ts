import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { announceEvents } from '../../../schema/topics.ts'
import { NotFound } from '../../../platform/runtime/errors.ts'
import type { ChatContext } from '../context.ts'
import type { MarkConversationReadInput } from '../schema.generated.ts'

/**
 * Marks the messages of another user to the viewer as read, and notifies both users' streams. A mark never moves back.
 *
 * @returns the id of the other user.
 * @throws Unauthenticated for anonymous callers.
 * @throws NotFound when the viewer cannot see such a message of that user.
 */
export async function markConversationRead(
  { caller, reads, broadcast }: Pick<ChatContext, 'caller' | 'reads' | 'broadcast'>,
  input: MarkConversationReadInput,
): Promise<string> {
  const { userId } = requireViewer(caller)
  const otherId = idArgument(input.userId)
  const marked = await reads.mark(userId, otherId, idArgument(input.upTo))
  if (!marked) {
    throw new NotFound({ en: 'This user has not sent you this message.', zh: '没有该用户发来的这条消息。' })
  }
  if (marked.hasMoved) announceEvents(broadcast, 'chat', [userId, otherId])
  return otherId
}
