import type { UserContext } from '../context.ts'
import type { SessionRow } from './repository.ts'

const hourMs = 3_600_000

/** A session by id, if it is valid. Its expiry is extended at most once an hour, so most requests cost a read and no write. */
export async function activeSession(
  { stores, sessionDays }: Pick<UserContext, 'stores' | 'sessionDays'>,
  id: string,
): Promise<SessionRow | null> {
  const session = await stores.sessions.findActive(id)
  if (!session) return null
  if (Date.now() - session.lastUsedAt.getTime() < hourMs) return session
  return (await stores.sessions.prolong(id, sessionDays)) ?? session
}
