import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showRow } from '../videos/viewing.ts'
import { publishVideo } from './publish-video.ts'

export const publishingResolvers: Resolvers = {
  Mutation: {
    async publishVideo(_, { input }, context, info) {
      const row = await publishVideo(context, input)
      return { video: await showRow(row, context, askedFields(info).below('video')) }
    },
  },
}
