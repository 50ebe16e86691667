import { requireViewer } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { pageOfRows } from '../../../platform/graphql/list.ts'
import { pairId, partnerIn } from '../../../platform/graphql/pair-ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { conversationCursor } from './repository.ts'

export const conversationResolvers: Resolvers = {
  Query: {
    conversations(_, page, { caller, conversations }, info) {
      const { userId } = requireViewer(caller)
      return pageOfRows(
        {
          skeleton: (wanted) => conversations.ofUser(userId, wanted),
          cursorOf: conversationCursor,
          visibleTo: 'by statement',
        },
        pageArguments(page, 100),
        askedFields(info),
      )
    },
    // Reads nothing, because an empty poll passes through here and is answered from memory.
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
