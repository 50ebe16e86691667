import { requireViewer } from '../../../platform/auth/caller.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import type { ChatContext } from '../context.ts'
import type { SendMessageInput } from '../schema.generated.ts'
import { announce } from './message-sent.ts'
import type { MessageRow } from './repository.ts'

/**
 * Sends a message of the viewer to a user, with sensitive words masked, and notifies all processes.
 *
 * @throws Unauthenticated for anonymous callers.
 * @throws BadUserInput when the message is blank or too long, or to the viewer themselves.
 * @throws NotFound when the recipient does not exist.
 * @throws Forbidden between blocked users, or when only friends may write to each other and these are not.
 */
export async function sendMessage(context: ChatContext, input: SendMessageInput): Promise<MessageRow> {
  const senderId = requireViewer(context.caller).userId
  const recipientId = idArgument(input.toUserId)
  if (recipientId === senderId) {
    throw new BadUserInput({ en: 'You cannot send messages to yourself.', zh: '不能给自己发消息。' })
  }
  const content = textArgument(
    input.content.trim() === '' ? '' : input.content,
    { en: 'The message', zh: '消息' },
    { min: 1, max: 1_000 },
  )
  const shown = context.sensitiveWords.mask(content)
  const message = await context.newMessages.submit({ id: context.ids.next(), senderId, recipientId, content: shown })
  announce(message, context.broadcast)
  return message
}
