import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'

/**
 * Deletes a comment of the viewer, or one on the viewer's video; an administrator deletes any.
 *
 * @returns the id of the video.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such comment, Forbidden when it is not theirs.
 */
export async function deleteComment(
  context: Pick<SocialContext, 'caller' | 'commentRemovals' | 'flags'>,
  commentId: string,
): Promise<string> {
  const { userId, role } = requireViewer(context.caller)
  const removal = { commentId: idArgument(commentId), userId, isAdmin: role === 'ADMIN' }
  const videoId = await context.commentRemovals.submit(removal)
  context.flags.forget()
  return videoId
}
