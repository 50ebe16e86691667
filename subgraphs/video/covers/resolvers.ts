import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireViewer } from '../../../platform/auth/caller.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showRow } from '../videos/viewing.ts'
import { coverTimeArgument } from './cover-time-argument.ts'
import { setCover } from './set-cover.ts'

export const coverResolvers: Resolvers = {
  Mutation: {
    async setCover(_, { input }, context, info) {
      const { userId } = requireViewer(context.caller)
      const videoId = idArgument(input.videoId)
      const uploadId = input.uploadId == null ? null : idArgument(input.uploadId)
      const atMs = coverTimeArgument(input.time)
      if (atMs !== null && uploadId !== null) {
        throw new BadUserInput({
          en: 'Choose a cover time or a picture, not both.',
          zh: '封面时间与图片只能选择其一。',
        })
      }
      const row = await setCover(context.publishing, { videoId, authorId: userId, atMs, uploadId })
      return { video: await showRow(row, context, askedFields(info).below('video')) }
    },
  },
}
