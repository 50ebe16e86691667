import { DateTime } from '../../platform/date-time.ts'
import { accountResolvers } from './accounts/resolvers.ts'
import { profileResolvers } from './profiles/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'
import { sessionChangeResolvers } from './session-changes/resolvers.ts'
import { sessionResolvers } from './sessions/resolvers.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: { ...accountResolvers.Query, ...sessionResolvers.Query, ...sessionChangeResolvers.Query },
  Mutation: { ...accountResolvers.Mutation, ...sessionResolvers.Mutation, ...profileResolvers.Mutation },
  User: { ...accountResolvers.User, ...profileResolvers.User },
  Session: { ...sessionResolvers.Session },
}
