import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import { withoutListedWords, type WordFilter } from '../../../platform/text/word-filter.ts'
import { coverTimeArgument } from '../covers/cover-time-argument.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showRow } from '../videos/viewing.ts'
import { publishVideo } from './publish-video.ts'

export const publishingResolvers: Resolvers = {
  Mutation: {
    async publishVideo(_, { input }, context, info) {
      const { userId } = requireViewer(context.caller)
      const uploadId = idArgument(input.uploadId)
      const title = titleArgument(input.title ?? '', context.sensitiveWords)
      const coverAtMs = coverTimeArgument(input.coverTime)
      const row = await publishVideo(context.publishing, { uploadId, authorId: userId, title, coverAtMs })
      return { video: await showRow(row, context, askedFields(info).below('video')) }
    },
  },
}

function titleArgument(value: string, sensitiveWords: WordFilter): string {
  const name = { en: 'The title', zh: '标题' }
  return withoutListedWords(sensitiveWords, textArgument(value, name, { min: 0, max: 100 }), name)
}
