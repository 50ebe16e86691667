import { clampFirst, toConnection } from '../../../platform/connection.ts'
import { idArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { videoCursor } from './repository.ts'

export const videoResolvers: Resolvers = {
  Query: {
    video: (_, { id }, { loaders }) => loaders.video.load(idArgument(id)),
  },
  Video: {
    __resolveReference: ({ id }, { loaders }) => loaders.video.load(id),
    author: (video) => ({ id: video.authorId }),
    playUrl: (video, _, { caller, objectStore }) => objectStore.publicUrl(caller, video.playKey),
    coverUrl: (video, _, { caller, objectStore }) => objectStore.publicUrl(caller, video.coverKey),
    duration: (video) => video.durationMs / 1_000,
  },
  User: {
    async videos(user, { first, after }, { loaders }) {
      const page = { first: clampFirst(first, 1_000), after }
      const videos = await loaders.videos.load({ ownerId: user.id, ...page })
      return toConnection(videos, page, videoCursor, (video) => video)
    },
    workCount: (user, _, { loaders }) => loaders.workCount.load(user.id),
  },
}
