import { requireViewer } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { publishedAtOf } from '../videos/repository.ts'
import { pageOfVideos } from '../videos/viewing.ts'

export const followingResolvers: Resolvers = {
  Query: {
    followingFeed(_, { first, after }, context, info) {
      const viewerId = requireViewer(context.caller).userId
      return pageOfVideos(
        {
          skeleton: (page) =>
            context.following.page({
              viewerId,
              before: page.after == null ? null : publishedAtOf(page.after),
              count: page.first + 1,
            }),
          visibleTo: 'by statement',
        },
        pageArguments({ first, after }, 100),
        context,
        askedFields(info),
      )
    },
  },
}
