import { requireViewer } from '../../../platform/auth/caller.ts'
import { sessionRevoked } from '../../../platform/redis/topics.ts'
import type { UserContext } from '../context.ts'

/** Revokes one of the viewer's own sessions, and tells whether there was such a one. */
export async function revokeSession(context: UserContext, sessionId: string): Promise<boolean> {
  const { userId } = requireViewer(context.caller)
  const removed = await context.stores.sessions.remove(userId, sessionId)
  if (removed) announceRevoked(context, [sessionId])
  return removed
}

/** Ends the session of this call; another call may have ended it already. */
export async function logout(context: UserContext): Promise<string> {
  const { sessionId } = requireViewer(context.caller)
  await revokeSession(context, sessionId)
  return sessionId
}

/** Revokes every session of the viewer, and answers which. */
export async function revokeAllSessions(context: UserContext): Promise<string[]> {
  const { userId } = requireViewer(context.caller)
  const sessionIds = (await context.stores.sessions.removeAll(userId)).map(({ id }) => id)
  announceRevoked(context, sessionIds)
  return sessionIds
}

/**
 * Tells whoever believes these sessions to be valid that they no longer are. The database tells them as well, a moment
 * later and without fail.
 */
export function announceRevoked({ broadcast }: Pick<UserContext, 'broadcast'>, sessionIds: readonly string[]): void {
  for (const sessionId of sessionIds) broadcast.publish(sessionRevoked, sessionId)
}
