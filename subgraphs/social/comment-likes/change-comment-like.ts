import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'

/**
 * Likes a comment or a reply as the viewer, or takes the like back; repeating it changes nothing.
 *
 * @returns the id of the comment.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such comment, Forbidden for a like across a block.
 */
export async function changeCommentLike(
  context: Pick<SocialContext, 'caller' | 'commentLikeChanges'>,
  id: string,
  liked: boolean,
): Promise<string> {
  const { userId } = requireViewer(context.caller)
  const commentId = idArgument(id)
  await context.commentLikeChanges.submit({ userId, commentId, liked })
  return commentId
}
