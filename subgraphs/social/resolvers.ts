import { DateTime } from '../../platform/date-time.ts'
import { countResolvers } from './counts/resolvers.ts'
import { likeResolvers } from './likes/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'

export const resolvers: Resolvers = {
  DateTime,
  Mutation: { ...likeResolvers.Mutation },
  Video: { ...countResolvers.Video, ...likeResolvers.Video },
  User: { ...countResolvers.User, ...likeResolvers.User },
}
