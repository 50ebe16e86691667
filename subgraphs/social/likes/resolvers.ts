import { requireViewer } from '../../../platform/caller.ts'
import { clampFirst, toConnection } from '../../../platform/connection.ts'
import { idArgument } from '../../../platform/ids.ts'
import type { SocialContext } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { likeCursor } from './repository.ts'

export const likeResolvers: Resolvers = {
  Video: {
    isFavorite: (video, _, { loaders }) => loaders.isFavorite.load(video.id),
  },
  User: {
    async favoriteVideos(user, { first, after }, { loaders }) {
      const page = { first: clampFirst(first, 1_000), after }
      const likes = await loaders.favoriteVideos.load({ ownerId: user.id, ...page })
      return toConnection(likes, page, likeCursor, (like) => ({ id: like.videoId }))
    },
  },
  Mutation: {
    favoriteVideo: async (_, { input }, context) => ({ video: await changeLike(context, input.videoId, true) }),
    unfavoriteVideo: async (_, { input }, context) => ({ video: await changeLike(context, input.videoId, false) }),
  },
}

async function changeLike(context: SocialContext, videoId: string, liked: boolean): Promise<{ id: string }> {
  const { userId } = requireViewer(context.caller)
  const change = { id: context.ids.next(), userId, videoId: idArgument(videoId), liked }
  await context.likeChanges.submit(change)
  return { id: videoId }
}
