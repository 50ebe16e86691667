import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { pageOfRanked, unlessAuthorBlockedOrMuted } from '../videos/viewing.ts'
import { dislike } from './dislike.ts'
import { reasonIn, recommend, recommendedCursor } from './recommend.ts'

export const recommendationResolvers: Resolvers = {
  Query: {
    async recommendedFeed(_, { first, after, seed }, context, info) {
      const wanted = pageArguments({ first, after }, 50)
      const page = await recommend(context, wanted, seed ?? null)
      const [last] = page.videos.slice(-1)
      return pageOfRanked(
        {
          // One more than the page has says that there is a next one, also when the page is short.
          skeleton: () => (page.hasNextPage && last ? [...page.videos, last] : page.videos),
          cursorOf: (video) => recommendedCursor(page.seed, video),
          visibleTo: unlessAuthorBlockedOrMuted(context),
        },
        { ...wanted, first: page.videos.length },
        context,
        askedFields(info),
      )
    },
  },
  Mutation: {
    async notInterested(_, { input }, context) {
      await dislike(context, input)
      return { isNoted: true }
    },
  },
  RecommendedVideoEdge: {
    reason: ({ cursor }) => reasonIn(cursor),
  },
}
