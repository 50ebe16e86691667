import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import type { SocialContext } from '../context.ts'
import type { BoundaryKind } from './repository.ts'

/**
 * Blocks or mutes a user as the viewer, or ends that; repeating it changes nothing.
 *
 * @returns the ids of the other user and of the viewer.
 * @throws Unauthenticated for anonymous callers, BadUserInput for the viewer's own id, NotFound when there is no such user.
 */
export async function changeBoundary(
  context: Pick<SocialContext, 'caller' | 'ids' | 'boundaryChanges'>,
  userId: string,
  kind: BoundaryKind,
  wanted: boolean,
): Promise<{ readonly otherId: string; readonly ownerId: string }> {
  const ownerId = requireViewer(context.caller).userId
  const otherId = idArgument(userId)
  if (otherId === ownerId) {
    throw new BadUserInput({ en: 'You cannot block or mute yourself.', zh: '不能拉黑或屏蔽自己。' })
  }
  await context.boundaryChanges.submit({ id: context.ids.next(), ownerId, otherId, kind, wanted })
  return { otherId, ownerId }
}
