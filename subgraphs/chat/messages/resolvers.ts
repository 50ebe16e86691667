import { pageArguments, toConnection, type Connection } from '../../../platform/graphql/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { messageCursor } from './repository.ts'
import { sendMessage } from './send-message.ts'

export const messageResolvers: Resolvers = {
  Mutation: {
    async sendMessage(_, { input }, context) {
      const message = await sendMessage(context, input)
      // What was read before it is old.
      context.loaders.forget()
      return { message, conversation: { participantId: message.recipientId } }
    },
  },
  User: {
    lastMessage: (user, _, { loaders }) => loaders.lastMessage.load(user.id),
  },
  Conversation: {
    lastMessage: (conversation, _, { loaders }) => loaders.lastMessage.load(conversation.participantId),
    async messages({ participantId }, { last, before }, { loaders }) {
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
