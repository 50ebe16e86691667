import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import type { SocialContext } from '../context.ts'
import type { AddCommentInput } from '../schema.generated.ts'
import type { CommentRow } from './repository.ts'

/**
 * Comments on a video as the viewer; sensitive words are masked.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput for an empty or long text, NotFound when there is no such video,
 *   Forbidden across a block.
 */
export async function addComment(
  context: Pick<SocialContext, 'caller' | 'ids' | 'sensitiveWords' | 'newComments' | 'flags'>,
  input: AddCommentInput,
): Promise<CommentRow> {
  const authorId = requireViewer(context.caller).userId
  const videoId = idArgument(input.videoId)
  const written = commentArgument(input.content)
  const content = context.sensitiveWords.mask(written)
  const originalContent = content === written ? null : written
  const row = await context.newComments.submit({ id: context.ids.next(), videoId, authorId, content, originalContent })
  context.flags.forget()
  return row
}

/** A comment as it was written; blanks alone count as empty. */
function commentArgument(content: string): string {
  const written = content.trim() === '' ? '' : content
  return textArgument(written, { en: 'The comment', zh: '评论' }, { min: 1, max: 500 })
}
