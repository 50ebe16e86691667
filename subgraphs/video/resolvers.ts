import { DateTime } from '../../platform/date-time.ts'
import { coverResolvers } from './covers/resolvers.ts'
import { feedResolvers } from './feed/resolvers.ts'
import { publishingResolvers } from './publishing/resolvers.ts'
import { removalResolvers } from './removal/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'
import { uploadResolvers } from './uploads/resolvers.ts'
import { videoResolvers } from './videos/resolvers.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: { ...feedResolvers.Query, ...videoResolvers.Query, ...uploadResolvers.Query },
  Mutation: {
    ...coverResolvers.Mutation,
    ...uploadResolvers.Mutation,
    ...publishingResolvers.Mutation,
    ...removalResolvers.Mutation,
  },
  Video: { ...videoResolvers.Video },
  VideoConnection: { ...videoResolvers.VideoConnection },
  Rendition: { ...videoResolvers.Rendition },
  Upload: { ...uploadResolvers.Upload },
  UploadLimits: { ...uploadResolvers.UploadLimits },
  User: { ...videoResolvers.User },
}
