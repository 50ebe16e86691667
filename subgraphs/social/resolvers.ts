import { DateTime } from '../../platform/graphql/date-time.ts'
import { boundaryResolvers } from './boundaries/resolvers.ts'
import { commentResolvers } from './comments/resolvers.ts'
import { followResolvers } from './follows/resolvers.ts'
import { likeResolvers } from './likes/resolvers.ts'
import { nodeResolvers, resolveNodeType } from './nodes/resolvers.ts'
import { notificationResolvers } from './notifications/resolvers.ts'
import type { Resolvers } from './schema.generated.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: {
    ...nodeResolvers.Query,
    ...commentResolvers.Query,
    ...boundaryResolvers.Query,
    ...notificationResolvers.Query,
  },
  Node: { __resolveType: resolveNodeType },
  Mutation: {
    ...likeResolvers.Mutation,
    ...commentResolvers.Mutation,
    ...followResolvers.Mutation,
    ...boundaryResolvers.Mutation,
    ...notificationResolvers.Mutation,
  },
  Video: { ...commentResolvers.Video },
  User: { ...likeResolvers.User, ...followResolvers.User, ...notificationResolvers.User },
  Notification: { ...notificationResolvers.Notification },
  Comment: { ...commentResolvers.Comment },
}
