import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput, NotFound } from '../../../platform/runtime/errors.ts'
import { announceTyping } from '../../../schema/topics.ts'
import { blockedError } from '../../errors.ts'
import type { ChatContext } from '../context.ts'
import type { SendTypingInput } from '../schema.generated.ts'

/**
 * Notifies the other user of a conversation that the viewer is typing, at most once in three seconds. Nothing is stored; users
 * who have muted the viewer are not notified.
 *
 * @returns the id of the other user.
 * @throws Unauthenticated for anonymous callers.
 * @throws BadUserInput when it is to the viewer themselves.
 * @throws Forbidden between blocked users.
 * @throws NotFound when the two have no conversation.
 */
export async function sendTyping(
  { caller, contacts, typing, broadcast }: Pick<ChatContext, 'caller' | 'contacts' | 'typing' | 'broadcast'>,
  input: SendTypingInput,
): Promise<string> {
  const { userId } = requireViewer(caller)
  const toUserId = idArgument(input.toUserId)
  if (toUserId === userId) {
    throw new BadUserInput({ en: 'You have no conversation with yourself.', zh: '不能与自己聊天。' })
  }
  const contact = (await contacts.findMany(userId, [toUserId])).get(toUserId)
  if (contact?.isBlocked) throw blockedError()
  if (!contact?.hasConversation) {
    throw new NotFound({ en: 'You have no conversation with this user.', zh: '你们之间还没有会话。' })
  }
  if (!contact.hasMutedViewer && (await typing.begin(userId, toUserId))) {
    announceTyping(broadcast, { userId, toUserId })
  }
  return toUserId
}
