import { DateTime } from '../../platform/graphql/date-time.ts'
import { coverResolvers } from './covers/resolvers.ts'
import { eventResolvers } from './events/resolvers.ts'
import { feedResolvers } from './feed/resolvers.ts'
import { moderationResolvers } from './moderation/resolvers.ts'
import { publishingResolvers } from './publishing/resolvers.ts'
import { removalResolvers } from './removal/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'
import { searchResolvers } from './search/resolvers.ts'
import { titleResolvers } from './titles/resolvers.ts'
import { topicResolvers } from './topics/resolvers.ts'
import { followingResolvers } from './following/resolvers.ts'
import { trendingResolvers } from './trending/resolvers.ts'
import { visibilityResolvers } from './visibility/resolvers.ts'
import { viewResolvers } from './views/resolvers.ts'
import { recommendationResolvers } from './recommended/resolvers.ts'
import { uploadResolvers } from './uploads/resolvers.ts'
import { videoResolvers } from './videos/resolvers.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: {
    ...feedResolvers.Query,
    ...videoResolvers.Query,
    ...uploadResolvers.Query,
    ...moderationResolvers.Query,
    ...eventResolvers.Query,
    ...searchResolvers.Query,
    ...topicResolvers.Query,
    ...followingResolvers.Query,
    ...recommendationResolvers.Query,
    ...trendingResolvers.Query,
  },
  Mutation: {
    ...coverResolvers.Mutation,
    ...visibilityResolvers.Mutation,
    ...titleResolvers.Mutation,
    ...viewResolvers.Mutation,
    ...recommendationResolvers.Mutation,
    ...uploadResolvers.Mutation,
    ...publishingResolvers.Mutation,
    ...removalResolvers.Mutation,
    ...moderationResolvers.Mutation,
  },
  AuditEntry: { ...moderationResolvers.AuditEntry },
  Video: { ...videoResolvers.Video, ...topicResolvers.Video, ...viewResolvers.Video },
  RecommendedVideoConnection: { ...recommendationResolvers.RecommendedVideoConnection },
  RecommendedVideoEdge: { ...recommendationResolvers.RecommendedVideoEdge },
  Topic: { ...topicResolvers.Topic },
  Mention: { ...topicResolvers.Mention },
  Rendition: { ...videoResolvers.Rendition },
  Upload: { ...uploadResolvers.Upload },
  UploadLimits: { ...uploadResolvers.UploadLimits },
  User: { ...videoResolvers.User },
}
