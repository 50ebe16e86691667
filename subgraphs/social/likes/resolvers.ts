import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { whereVideosAreShown } from '../videos/shown-to.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showUser, showVideo, showVideos } from '../viewing.ts'
import { changeLike } from './change-like.ts'

export const likeResolvers: Resolvers = {
  User: {
    favoriteVideos: (user, page, context, info) =>
      newestFirst(
        {
          pages: context.cache.favoriteVideos,
          ownerId: user.id,
          hydrate: (edges) => edges,
          visibleTo: whereVideosAreShown(context),
          present: (edges, asked) =>
            showVideos(
              edges.map(({ otherId }) => otherId),
              context,
              asked,
            ),
        },
        page,
        context,
        askedFields(info),
      ),
  },
  Mutation: {
    favoriteVideo: (_, { input }, context, info) => change(context, input.videoId, true, info),
    unfavoriteVideo: (_, { input }, context, info) => change(context, input.videoId, false, info),
  },
}

async function change(
  context: SocialContext,
  id: string,
  liked: boolean,
  info: GraphQLResolveInfo,
): Promise<{ readonly video: VideoReference; readonly viewer: UserReference }> {
  const { videoId, userId } = await changeLike(context, id, liked)
  const asked = askedFields(info)
  const [video, viewer] = await Promise.all([
    showVideo(videoId, context, asked.below('video')),
    showUser(userId, context, asked.below('viewer')),
  ])
  return { video, viewer }
}
