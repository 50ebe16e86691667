import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { announceEvents } from '../../../schema/topics.ts'
import type { SocialContext } from '../context.ts'

/**
 * Marks the viewer's notifications as read, up to one of them, on all their connections. A mark never moves back.
 *
 * @returns how many are unread.
 * @throws Unauthenticated for anonymous callers.
 */
export async function markNotificationsRead(
  { caller, notifications, broadcast }: Pick<SocialContext, 'caller' | 'notifications' | 'broadcast'>,
  upTo: string,
): Promise<number> {
  const { userId } = requireViewer(caller)
  const { hasMoved } = await notifications.markRead(userId, idArgument(upTo))
  if (hasMoved) {
    announceEvents(broadcast, 'social', [userId])
    await notifications.removeBeyondNewest(userId)
  }
  return notifications.unreadOf(userId)
}
