import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import type { DeleteCommentInput } from '../schema.generated.ts'
import type { SocialContext } from '../context.ts'
import type { RemovedComment } from './repository.ts'

/**
 * Deletes a comment or reply of the viewer, or one on the viewer's video; an administrator deletes any, which is recorded with the
 * reason. A comment takes its replies with it.
 *
 * @returns where it was.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such comment, Forbidden when it is not theirs,
 *   BadUserInput for a long reason.
 */
export async function deleteComment(
  context: Pick<SocialContext, 'caller' | 'ids' | 'commentRemovals' | 'flags'>,
  { commentId, reason }: DeleteCommentInput,
): Promise<RemovedComment> {
  const { userId, role } = requireViewer(context.caller)
  const isAdmin = role === 'ADMIN'
  const why = textArgument(reason?.trim() ?? '', { en: 'The reason', zh: '原因' }, { min: 0, max: 500 })
  const removal = {
    ...{ commentId: idArgument(commentId), userId, isAdmin },
    ...(isAdmin && { audit: { id: context.ids.next(), reason: why } }),
  }
  const removed = await context.commentRemovals.submit(removal)
  context.flags.forget()
  return removed
}
