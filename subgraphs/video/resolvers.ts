import { DateTime } from '../../platform/date-time.ts'
import { feedResolvers } from './feed/resolvers.ts'
import { publishingResolvers } from './publishing/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'
import { videoResolvers } from './videos/resolvers.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: { ...feedResolvers.Query, ...videoResolvers.Query, ...publishingResolvers.Query },
  Mutation: { ...publishingResolvers.Mutation },
  Video: { ...videoResolvers.Video },
  Rendition: { ...videoResolvers.Rendition },
  User: { ...videoResolvers.User },
}
