import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { Resolvers } from '../schema.generated.ts'
import { findAuthor } from '../videos/viewing.ts'
import { deleteVideo } from './delete-video.ts'

export const removalResolvers: Resolvers = {
  Mutation: {
    async deleteVideo(_, { input }, context, info) {
      const { videoId, authorId } = await deleteVideo(context, input.videoId)
      return { videoId, author: await findAuthor(authorId, context, askedFields(info).below('author')) }
    },
  },
}
