import { DateTime } from '../../platform/graphql/date-time.ts'
import { accountResolvers } from './accounts/resolvers.ts'
import { moderationResolvers } from './moderation/resolvers.ts'
import { profileResolvers } from './profiles/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'
import { sessionChangeResolvers } from './session-changes/resolvers.ts'
import { userSearchResolvers } from './search/resolvers.ts'
import { sessionResolvers } from './sessions/resolvers.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: {
    ...accountResolvers.Query,
    ...sessionResolvers.Query,
    ...sessionChangeResolvers.Query,
    ...moderationResolvers.Query,
    ...userSearchResolvers.Query,
  },
  Mutation: {
    ...accountResolvers.Mutation,
    ...sessionResolvers.Mutation,
    ...profileResolvers.Mutation,
    ...moderationResolvers.Mutation,
  },
  User: { ...moderationResolvers.User },
  AuditEntry: { ...moderationResolvers.AuditEntry },
  Session: { ...sessionResolvers.Session },
}
