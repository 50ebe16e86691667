import { requireViewer } from '../../../platform/caller.ts'
import { clampFirst, toConnection } from '../../../platform/connection.ts'
import { idArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { conversationCursor } from './repository.ts'

export const conversationResolvers: Resolvers = {
  Query: {
    async conversations(_, { first, after }, { caller, conversations }) {
      const { userId } = requireViewer(caller)
      const page = { first: clampFirst(first, 100), after }
      const rows = await conversations.ofUser(userId, page)
      return toConnection(rows, page, conversationCursor, (conversation) => conversation)
    },
    // Reads nothing: an empty poll goes through here and is answered from memory.
    conversation(_, { userId }, { caller }) {
      requireViewer(caller)
      return { participantId: idArgument(userId) }
    },
  },
  Conversation: {
    participant: (conversation) => ({ id: conversation.participantId }),
  },
}
