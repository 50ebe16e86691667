import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { pageArguments, toConnection, type Connection } from '../../../platform/graphql/connection.ts'
import type { ChatContext } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { messageCursor } from './repository.ts'
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
    async messages({ participantId }, { last, before, first, after }, { loaders }) {
      if (first != null) {
        const page = pageArguments({ first, after }, 1_000)
        const oldestFirst = await loaders.laterMessages.load({ ownerId: participantId, ...page })
        return toConnection(oldestFirst, page, messageCursor, (message) => message)
      }
      const page = pageArguments({ first: last, after: before }, 1_000)
      const newestFirst = await loaders.messages.load({ ownerId: participantId, ...page })
      return reversed(toConnection(newestFirst, page, messageCursor, (message) => message))
    },
    received: ({ participantId }, { after }, { loaders }) => loaders.received.load({ participantId, after }),
  },
  Message: {
    __resolveReference: (reference, { loaders }) => loaders.message.load(reference.id),
    sender: (message) => ({ id: message.senderId }),
    recipient: (message) => ({ id: message.recipientId }),
  },
}

/** What was read before a change is old. */
function forgetReads({ loaders }: Pick<ChatContext, 'loaders'>): void {
  for (const loader of Object.values(loaders)) loader.clearAll()
}

/** The same page seen from the other end of the list. */
function reversed<Node>({ edges, pageInfo }: Connection<Node>): Connection<Node> {
  return {
    edges: edges.toReversed(),
    pageInfo: {
      hasNextPage: pageInfo.hasPreviousPage,
      hasPreviousPage: pageInfo.hasNextPage,
      startCursor: pageInfo.endCursor,
      endCursor: pageInfo.startCursor,
    },
  }
}
