import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { upperBound } from './upper-bound.ts'
import { pageOfVideos, unlessAuthorBlockedOrMuted } from '../videos/viewing.ts'

export const feedResolvers: Resolvers = {
  Query: {
    feed(_, { first, after, publishedBefore }, context, info) {
      const page = pageArguments({ first, after }, 100)
      const question = { before: upperBound(page, publishedBefore), count: page.first + 1 }
      const asked = askedFields(info)
      // The statement itself leaves out users whom the viewer has blocked or muted.
      const forViewer = () => context.feed.page({ ...question, viewerId: context.caller.viewer?.userId ?? null })
      // A page without its videos is requested too rarely to be cached.
      if (!asked.has('edges')) {
        return pageOfVideos({ skeleton: forViewer, visibleTo: 'by statement' }, page, context, asked)
      }
      const list = {
        skeleton: () => context.cache.feedPages.get(question, context.notBefore),
        visibleTo: unlessAuthorBlockedOrMuted(context),
        // A page without any video would look like the end of the feed.
        refill: forViewer,
      }
      return pageOfVideos(list, page, context, asked)
    },
  },
}
