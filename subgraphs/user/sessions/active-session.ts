import type { UserContext } from '../context.ts'
import type { SessionRow } from './repository.ts'

const hourMs = 3_600_000

/**
 * The session of an id if it is valid. Its end moves on at most once an hour, so that to be signed in costs a read and
 * hardly ever a write.
 */
export async function activeSession(
  { stores, sessionDays }: Pick<UserContext, 'stores' | 'sessionDays'>,
  id: string,
): Promise<SessionRow | null> {
  const session = await stores.sessions.findActive(id)
  if (!session) return null
  if (Date.now() - session.lastUsedAt.getTime() < hourMs) return session
  return (await stores.sessions.prolong(id, sessionDays)) ?? session
}
