import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { pageOfRanked } from '../videos/viewing.ts'
import { trendCursor } from './repository.ts'

export const trendingResolvers: Resolvers = {
  Query: {
    trendingVideos: (_, { first, after }, context, info) =>
      pageOfRanked(
        {
          skeleton: (page) => context.trends.page(page, context.caller.viewer?.userId),
          cursorOf: trendCursor,
          visibleTo: 'by statement',
        },
        pageArguments({ first, after }, 100),
        context,
        askedFields(info),
      ),
  },
}
