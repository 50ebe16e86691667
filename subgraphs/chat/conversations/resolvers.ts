import { requireViewer } from '../../../platform/auth/caller.ts'
import { pageArguments, toConnection } from '../../../platform/graphql/connection.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { pairId, partnerIn } from '../../../platform/graphql/pair-ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { conversationCursor } from './repository.ts'

export const conversationResolvers: Resolvers = {
  Query: {
    async conversations(_, { first, after }, { caller, conversations }) {
      const { userId } = requireViewer(caller)
      const page = pageArguments({ first, after }, 100)
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
    __resolveReference({ id }, { caller }) {
      const participantId = caller.viewer && partnerIn(id, caller.viewer.userId)
      return participantId === null ? null : { participantId }
    },
    id: ({ participantId }, _, { caller }) => pairId(requireViewer(caller).userId, participantId),
    participant: (conversation) => ({ id: conversation.participantId }),
  },
}
