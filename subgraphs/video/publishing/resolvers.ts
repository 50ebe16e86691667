import { requireViewer } from '../../../platform/caller.ts'
import { idArgument } from '../../../platform/ids.ts'
import { textArgument } from '../../../platform/text.ts'
import { momentArgument } from '../covers/moment-argument.ts'
import type { Resolvers } from '../schema.generated.ts'
import { publishVideo } from './publish-video.ts'

export const publishingResolvers: Resolvers = {
  Mutation: {
    async publishVideo(_, { input }, { caller, publishing }) {
      const { userId } = requireViewer(caller)
      const uploadId = idArgument(input.uploadId)
      const title = textArgument(input.title ?? '', { en: 'The title', zh: '标题' }, { min: 0, max: 100 })
      const coverAtMs = momentArgument(input.coverTime)
      return { video: await publishVideo(publishing, { uploadId, authorId: userId, title, coverAtMs }) }
    },
  },
}
