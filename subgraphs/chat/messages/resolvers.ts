import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments, type PageArguments } from '../../../platform/graphql/connection.ts'
import { allOf, pageOfRows, reversed } from '../../../platform/graphql/list.ts'
import { whenThere } from '../../../platform/graphql/maybe-promise.ts'
import type { ChatContext } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { messageCursor, type MessageRow } from './repository.ts'
import { recallMessage } from './recall-message.ts'
import { sendMessage } from './send-message.ts'

export const messageResolvers: Resolvers = {
  Query: {
    message(_, { id }, { caller, loaders }) {
      requireViewer(caller)
      return loaders.message.load(idArgument(id))
    },
  },
  Mutation: {
    async sendMessage(_, { input }, context) {
      const message = await sendMessage(context, input)
      forgetReads(context)
      return { message, conversation: { participantId: message.recipientId } }
    },
    async recallMessage(_, { input }, context) {
      const { id, recipientId } = await recallMessage(context, input)
      forgetReads(context)
      return { messageId: id, conversation: { participantId: recipientId } }
    },
  },
  User: {
    lastMessage: (user, _, { loaders }) => loaders.lastMessage.load(user.id),
  },
  Conversation: {
    lastMessage: (conversation, _, { loaders }) => loaders.lastMessage.load(conversation.participantId),
    messages({ participantId }, { last, before, first, after }, { loaders }, info) {
      const isForward = first != null
      const page = pageArguments(isForward ? { first, after } : { first: last, after: before }, 1_000)
      const pages = isForward ? loaders.laterMessages : loaders.messages
      const list = {
        skeleton: (wanted: PageArguments) => pages.load({ ownerId: participantId, ...wanted }),
        cursorOf: messageCursor,
        visibleTo: 'by statement' as const,
      }
      const messages = pageOfRows<MessageRow>(list, page, askedFields(info))
      return isForward ? messages : whenThere(messages, reversed)
    },
    received: ({ participantId }, { after }, { loaders }) =>
      allOf(loaders.received.load({ participantId, after }), 'by statement'),
  },
  Message: {
    __resolveReference: (reference, { loaders }) => loaders.message.load(idArgument(reference.id)),
    sender: (message) => ({ id: message.senderId }),
    recipient: (message) => ({ id: message.recipientId }),
  },
}

/** Rows read before the change are outdated. */
function forgetReads({ loaders }: Pick<ChatContext, 'loaders'>): void {
  for (const loader of Object.values(loaders)) loader.clearAll()
}
