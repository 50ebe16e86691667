import { requireViewer } from '../../../platform/caller.ts'
import { idArgument } from '../../../platform/ids.ts'
import { unlessOfHidden } from '../boundaries/shown.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import { forgetReads } from '../loaders.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'

export const likeResolvers: Resolvers = {
  Video: {
    isFavorite: ({ id, isFavorite }, _, { loaders }) => isFavorite ?? loaders.isFavorite.load(id),
  },
  User: {
    favoriteVideos: (user, page, context) =>
      newestFirst(
        context.loaders.favoriteVideos,
        user.id,
        page,
        (like) => ({ id: like.otherId }),
        unlessOfHidden(context, (like) => like.otherId),
      ),
  },
  Mutation: {
    favoriteVideo: (_, { input }, context) => changeLike(context, input.videoId, true),
    unfavoriteVideo: (_, { input }, context) => changeLike(context, input.videoId, false),
  },
}

async function changeLike(
  context: SocialContext,
  videoId: string,
  liked: boolean,
): Promise<{ readonly video: VideoReference; readonly viewer: UserReference }> {
  const { userId } = requireViewer(context.caller)
  const change = { userId, videoId: idArgument(videoId), liked }
  await context.likeChanges.submit({ id: context.ids.next(), ...change })
  forgetReads(context.loaders)
  return { video: { id: videoId }, viewer: { id: userId } }
}
