import { requireViewer } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { findAuthor } from '../videos/viewing.ts'
import { deleteVideo } from './delete-video.ts'

export const removalResolvers: Resolvers = {
  Mutation: {
    async deleteVideo(_, { input }, context, info) {
      const { userId } = requireViewer(context.caller)
      const videoId = idArgument(input.videoId)
      await deleteVideo(context.removal, videoId, userId)
      return { videoId, author: await findAuthor(userId, context, askedFields(info).below('author')) }
    },
  },
}
