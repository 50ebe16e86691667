import { requireViewer } from '../../../platform/caller.ts'
import { sessionRevoked } from '../../../platform/topics.ts'
import type { UserContext } from '../context.ts'

/** Revokes one of the viewer's own sessions, and tells whether there was such a one. */
export async function revokeSession(context: UserContext, sessionId: string): Promise<boolean> {
  const { userId } = requireViewer(context.caller)
  const removed = await context.stores.sessions.remove(userId, sessionId)
  if (removed) announceRevoked(context, [sessionId])
  return removed
}

/** Tells whoever believes these sessions to be valid that they no longer are. */
export function announceRevoked({ broadcast }: Pick<UserContext, 'broadcast'>, sessionIds: readonly string[]): void {
  for (const sessionId of sessionIds) broadcast.publish(sessionRevoked, sessionId)
}
