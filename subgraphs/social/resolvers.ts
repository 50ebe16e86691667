import { DateTime } from '../../platform/graphql/date-time.ts'
import { bookmarkResolvers } from './bookmarks/resolvers.ts'
import { boundaryResolvers } from './boundaries/resolvers.ts'
import { commentLikeResolvers } from './comment-likes/resolvers.ts'
import { commentResolvers } from './comments/resolvers.ts'
import { followResolvers } from './follows/resolvers.ts'
import { likeResolvers } from './likes/resolvers.ts'
import { nodeResolvers, resolveNodeType } from './nodes/resolvers.ts'
import { notificationResolvers } from './notifications/resolvers.ts'
import { replyResolvers } from './replies/resolvers.ts'
import { reportResolvers } from './reports/resolvers.ts'
import { shareResolvers } from './shares/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'
import { videoSettingsResolvers } from './video-settings/resolvers.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: {
    ...nodeResolvers.Query,
    ...commentResolvers.Query,
    ...bookmarkResolvers.Query,
    ...reportResolvers.Query,
    ...boundaryResolvers.Query,
    ...notificationResolvers.Query,
  },
  Node: { __resolveType: resolveNodeType },
  Mutation: {
    ...likeResolvers.Mutation,
    ...commentResolvers.Mutation,
    ...replyResolvers.Mutation,
    ...commentLikeResolvers.Mutation,
    ...bookmarkResolvers.Mutation,
    ...reportResolvers.Mutation,
    ...shareResolvers.Mutation,
    ...videoSettingsResolvers.Mutation,
    ...followResolvers.Mutation,
    ...boundaryResolvers.Mutation,
    ...notificationResolvers.Mutation,
  },
  Video: { ...commentResolvers.Video, ...videoSettingsResolvers.Video },
  User: { ...likeResolvers.User, ...followResolvers.User, ...notificationResolvers.User },
  Notification: { ...notificationResolvers.Notification },
  ReportCase: { ...reportResolvers.ReportCase },
  Report: { ...reportResolvers.Report },
  AuditEntry: { ...reportResolvers.AuditEntry },
  Comment: { ...commentResolvers.Comment, ...replyResolvers.Comment },
}
