import { requireViewer } from '../../../platform/caller.ts'
import { idArgument } from '../../../platform/ids.ts'
import { textArgument } from '../../../platform/text.ts'
import { momentArgument } from '../covers/moment-argument.ts'
import type { Resolvers, UploadLimits } from '../schema.generated.ts'
import { createUpload } from './create-upload.ts'

import { publishVideo } from './publish-video.ts'
import type { VideoLimits } from './limits.ts'

export const publishingResolvers: Resolvers = {
  Query: {
    uploadLimits: (_, _arguments, { publishing }) => shownLimits(publishing.limits),
  },
  Mutation: {
    async createUpload(_, _arguments, { caller, publishing }) {
      const { userId } = requireViewer(caller)
      return { ...(await createUpload(publishing, caller, userId)), limits: shownLimits(publishing.limits) }
    },

    async publishVideo(_, { input }, { caller, publishing }) {
      const { userId } = requireViewer(caller)
      const uploadId = idArgument(input.uploadId)
      const title = textArgument(input.title ?? '', { en: 'The title', zh: '标题' }, { min: 0, max: 100 })
      const coverAtMs = momentArgument(input.coverTime)
      return { video: await publishVideo(publishing, { uploadId, authorId: userId, title, coverAtMs }) }
    },
  },
}

function shownLimits({ maxBytes, maxSeconds, maxSide }: VideoLimits): UploadLimits {
  return { maxBytes, maxDuration: maxSeconds, maxSide }
}
