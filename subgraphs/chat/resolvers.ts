import { DateTime } from '../../platform/graphql/date-time.ts'
import { conversationResolvers } from './conversations/resolvers.ts'
import { messageResolvers } from './messages/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: { ...conversationResolvers.Query },
  Mutation: { ...messageResolvers.Mutation },
  User: { ...messageResolvers.User },
  Conversation: { ...conversationResolvers.Conversation, ...messageResolvers.Conversation },
  Message: { ...messageResolvers.Message },
}
