import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { upperBound } from '../feed/upper-bound.ts'
import type { Resolvers } from '../schema.generated.ts'
import { pageOfRanked, pageOfVideos, unlessAuthorBlockedOrMuted } from '../videos/viewing.ts'
import { dislike } from './dislike.ts'
import { reasonIn, recommend, recommendedCursor, sessionAfter } from './recommend.ts'

export const recommendationResolvers: Resolvers = {
  Query: {
    async recommendedFeed(_, { first, after, seed, from, publishedBefore }, context, info) {
      const wanted = pageArguments({ first, after }, 50)
      if (!context.caller.viewer) {
        const question = { before: upperBound(wanted, publishedBefore), count: wanted.first + 1 }
        const skeleton = () => context.cache.feedPages.get(question, context.notBefore)
        return pageOfVideos({ skeleton, visibleTo: 'everybody' }, wanted, context, askedFields(info))
      }
      const page = await recommend(context, wanted, { seed: seed ?? null, from: from ?? null })
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
  RecommendedVideoConnection: {
    seed: ({ pageInfo }) => sessionAfter(pageInfo.endCursor)?.seed ?? null,
    next: ({ pageInfo }) => sessionAfter(pageInfo.endCursor)?.next ?? null,
  },
  RecommendedVideoEdge: {
    reason: ({ cursor }) => reasonIn(cursor),
  },
}
