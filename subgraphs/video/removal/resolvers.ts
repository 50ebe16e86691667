import { requireViewer } from '../../../platform/caller.ts'
import { idArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { deleteVideo } from './delete-video.ts'

export const removalResolvers: Resolvers = {
  Mutation: {
    async deleteVideo(_, { input }, { caller, removal, loaders }) {
      const { userId } = requireViewer(caller)
      const videoId = idArgument(input.videoId)
      await deleteVideo(removal, videoId, userId)
      for (const loader of Object.values(loaders)) loader.clearAll()
      return { videoId, author: { id: userId } }
    },
  },
}
