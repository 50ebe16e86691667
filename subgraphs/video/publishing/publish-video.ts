import { requireViewer, type Caller } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { WordFilter } from '../../../platform/text/word-filter.ts'
import { coverTimeArgument } from '../covers/cover-time-argument.ts'
import type { PublishVideoInput } from '../schema.generated.ts'
import { titleArgument } from '../titles/title-argument.ts'
import type { VideoRow } from '../videos/repository.ts'
import { publishUpload, type Publishing } from './publish-upload.ts'

interface Context {
  readonly caller: Caller
  readonly publishing: Publishing
  readonly sensitiveWords: WordFilter
}

/**
 * Publishes an upload of the viewer.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput for a title that is too long or has a sensitive word, and what
 *   `publishUpload` throws.
 */
export async function publishVideo(
  { caller, publishing, sensitiveWords }: Context,
  input: PublishVideoInput,
): Promise<VideoRow> {
  const authorId = requireViewer(caller).userId
  const uploadId = idArgument(input.uploadId)
  const title = titleArgument(input.title ?? '', sensitiveWords)
  const coverAtMs = coverTimeArgument(input.coverTime)
  return publishUpload(publishing, { uploadId, authorId, title, coverAtMs, visibility: input.visibility ?? 'PUBLIC' })
}
