import type { Resolvers } from '../schema.generated.ts'
import { markConversationRead } from './mark-conversation-read.ts'

export const readResolvers: Resolvers = {
  Mutation: {
    async markConversationRead(_, { input }, context) {
      const participantId = await markConversationRead(context, input)
      context.loaders.readMarks.clear(participantId)
      context.loaders.unreadCount.clear(participantId)
      return { conversation: { participantId } }
    },
  },
  User: {
    unreadMessageCount: ({ id }, _, { caller, reads }) => (caller.viewer?.userId === id ? reads.unreadInAll(id) : null),
  },
  Conversation: {
    unreadCount: ({ participantId }, _, { loaders }) => loaders.unreadCount.load(participantId),
    async readUpTo({ participantId }, _, { loaders }) {
      return (await loaders.readMarks.load(participantId)).readUpToId
    },
    async participantReadUpTo({ participantId }, _, { loaders }) {
      return (await loaders.readMarks.load(participantId)).participantReadUpToId
    },
  },
}
