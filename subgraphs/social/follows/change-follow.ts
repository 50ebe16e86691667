import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import type { SocialContext } from '../context.ts'

/**
 * Follows a user as the viewer, or stops following them; repeating it changes nothing.
 *
 * @returns the ids of the followed user and of the viewer.
 * @throws Unauthenticated for anonymous callers, BadUserInput for the viewer's own id, NotFound when there is no such user,
 *   Forbidden for a follow across a block.
 */
export async function changeFollow(
  context: Pick<SocialContext, 'caller' | 'ids' | 'followChanges'>,
  userId: string,
  followed: boolean,
): Promise<{ readonly followeeId: string; readonly followerId: string }> {
  const followerId = requireViewer(context.caller).userId
  const followeeId = idArgument(userId)
  if (followeeId === followerId) {
    throw new BadUserInput({ en: 'You cannot follow yourself.', zh: '不能关注自己。' })
  }
  await context.followChanges.submit({ id: context.ids.next(), followerId, followeeId, followed })
  return { followeeId, followerId }
}
