import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { whenThere } from '../../../platform/graphql/maybe-promise.ts'
import { maskedComment } from '../comments/comment-argument.ts'
import type { SocialContext } from '../context.ts'
import type { AddReplyInput } from '../schema.generated.ts'
import type { ReplyRow } from './repository.ts'

/**
 * Replies to a comment or a reply as the viewer; sensitive words are masked.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput for an empty or long text, NotFound when there is no such
 *   comment, Forbidden across a block, and when the author of the video does not accept it.
 */
export async function addReply(
  context: Pick<SocialContext, 'caller' | 'ids' | 'sensitiveWords' | 'newReplies' | 'flags' | 'mentions'>,
  { commentId, content }: AddReplyInput,
): Promise<ReplyRow> {
  const authorId = requireViewer(context.caller).userId
  const answeredId = idArgument(commentId)
  const text = maskedComment(content, context.sensitiveWords)
  // Without a wait where there is nothing to read: what was accepted before a shutdown is written.
  const row = await whenThere(context.mentions.mentionsIn(text.content), (mentions) =>
    context.newReplies.submit({ id: context.ids.next(), answeredId, authorId, ...text, mentions }),
  )
  context.flags.forget()
  return row
}
