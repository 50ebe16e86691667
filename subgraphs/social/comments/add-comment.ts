import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { whenThere } from '../../../platform/graphql/maybe-promise.ts'
import type { SocialContext } from '../context.ts'
import type { AddCommentInput } from '../schema.generated.ts'
import { maskedComment } from './comment-argument.ts'
import type { CommentRow } from './repository.ts'

/**
 * Comments on a video as the viewer; sensitive words are masked.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput for an empty or long text, NotFound when there is no such video,
 *   Forbidden across a block, and when its author does not accept it.
 */
export async function addComment(
  context: Pick<SocialContext, 'caller' | 'ids' | 'sensitiveWords' | 'newComments' | 'flags' | 'mentions'>,
  input: AddCommentInput,
): Promise<CommentRow> {
  const authorId = requireViewer(context.caller).userId
  const videoId = idArgument(input.videoId)
  const text = maskedComment(input.content, context.sensitiveWords)
  // Without a wait where there is nothing to read: what was accepted before a shutdown is written.
  const row = await whenThere(context.mentions.mentionsIn(text.content), (mentions) =>
    context.newComments.submit({ id: context.ids.next(), videoId, authorId, ...text, mentions }),
  )
  context.flags.forget()
  return row
}
