import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { announceEvents } from '../../../schema/topics.ts'
import { Forbidden, NotFound } from '../../../platform/runtime/errors.ts'
import type { ChatContext } from '../context.ts'
import type { RecallMessageInput } from '../schema.generated.ts'
import type { MessageRow } from './repository.ts'

/**
 * Recalls a message of the viewer, so that nobody is shown it any more.
 *
 * @throws Unauthenticated for anonymous callers.
 * @throws NotFound when the viewer cannot see the message.
 * @throws Forbidden when another user sent it, or when it is older than two minutes.
 */
export async function recallMessage(
  { caller, messages, broadcast }: Pick<ChatContext, 'caller' | 'messages' | 'broadcast'>,
  input: RecallMessageInput,
): Promise<Pick<MessageRow, 'id' | 'recipientId'>> {
  const { userId } = requireViewer(caller)
  const id = idArgument(input.messageId)
  const recalled = await messages.recall(userId, id)
  if (!recalled) throw errorOf((await messages.findMany(userId, [id])).get(id), userId)
  announceEvents(broadcast, 'chat', [userId, recalled.recipientId])
  return recalled
}

function errorOf(message: MessageRow | undefined, userId: string): Forbidden | NotFound {
  if (!message) return new NotFound({ en: 'This message does not exist.', zh: '消息不存在。' })
  return message.senderId === userId
    ? new Forbidden({ en: 'Messages can only be recalled within two minutes.', zh: '消息发出超过两分钟，无法撤回。' })
    : new Forbidden({ en: 'Only the sender can recall a message.', zh: '只能撤回自己发送的消息。' })
}
