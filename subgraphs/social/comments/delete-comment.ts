import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'
import type { RemovedComment } from './repository.ts'

/**
 * Deletes a comment or reply of the viewer, or one on the viewer's video; an administrator deletes any. A comment takes its
 * replies with it.
 *
 * @returns where it was.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such comment, Forbidden when it is not theirs.
 */
export async function deleteComment(
  context: Pick<SocialContext, 'caller' | 'commentRemovals' | 'flags'>,
  commentId: string,
): Promise<RemovedComment> {
  const { userId, role } = requireViewer(context.caller)
  const removal = { commentId: idArgument(commentId), userId, isAdmin: role === 'ADMIN' }
  const removed = await context.commentRemovals.submit(removal)
  context.flags.forget()
  return removed
}
