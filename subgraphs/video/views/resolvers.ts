import type { Resolvers } from '../schema.generated.ts'
import { recordViews } from './record-views.ts'

export const viewResolvers: Resolvers = {
  Mutation: {
    recordViews: async (_, { input }, context) => ({ countedViews: await recordViews(context, input) }),
  },
  Video: {
    viewCount: ({ id }, _, { loaders }) => loaders.viewCounts.load(id),
    watchProgress: ({ id }, _, { loaders, caller }) => (caller.viewer ? loaders.progress.load(id) : null),
  },
}
