import type { Resolvers } from '../schema.generated.ts'
import { sendTyping } from './send-typing.ts'

export const presenceResolvers: Resolvers = {
  Mutation: {
    sendTyping: async (_, { input }, context) => ({
      conversation: { participantId: await sendTyping(context, input) },
    }),
  },
  Conversation: {
    participantIsOnline: ({ participantId }, _, { loaders }) => loaders.isOnline.load(participantId),
  },
}
