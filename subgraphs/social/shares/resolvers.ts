import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showVideo } from '../viewing.ts'
import { shareVideo } from './share-video.ts'

export const shareResolvers: Resolvers = {
  Mutation: {
    async shareVideo(_, { input }, context, info) {
      const videoId = await shareVideo(context, input.videoId)
      return { video: await showVideo(videoId, context, askedFields(info).below('video')) }
    },
  },
}
