import { DateTime } from '../../platform/graphql/date-time.ts'
import { conversationResolvers } from './conversations/resolvers.ts'
import { eventResolvers } from './events/resolvers.ts'
import { messageResolvers } from './messages/resolvers.ts'
import { presenceResolvers } from './presence/resolvers.ts'
import { readResolvers } from './reads/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: { ...conversationResolvers.Query, ...messageResolvers.Query, ...eventResolvers.Query },
  Mutation: { ...messageResolvers.Mutation, ...readResolvers.Mutation, ...presenceResolvers.Mutation },
  User: { ...messageResolvers.User, ...readResolvers.User },
  Conversation: {
    ...conversationResolvers.Conversation,
    ...messageResolvers.Conversation,
    ...readResolvers.Conversation,
    ...presenceResolvers.Conversation,
  },
  Message: { ...messageResolvers.Message },
}
