import { requireViewer } from '../../../platform/auth/caller.ts'
import { sessionRevoked } from '../../../schema/topics.ts'
import type { UserContext } from '../context.ts'

/** Revokes one of the viewer's own sessions; resolves to whether there was one. */
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

/** Revokes all sessions of the viewer; resolves to their ids. */
export async function revokeAllSessions(context: UserContext): Promise<string[]> {
  const { userId } = requireViewer(context.caller)
  const sessionIds = (await context.stores.sessions.removeAll(userId)).map(({ id }) => id)
  announceRevoked(context, sessionIds)
  return sessionIds
}

/**
 * Tells processes that cache these sessions that they are no longer valid. The database tells them as well, a little later but
 * reliably.
 */
export function announceRevoked({ broadcast }: Pick<UserContext, 'broadcast'>, sessionIds: readonly string[]): void {
  for (const sessionId of sessionIds) broadcast.publish(sessionRevoked, sessionId)
}
