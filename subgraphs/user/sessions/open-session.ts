import { signAccessToken } from '../../../platform/access-token.ts'
import type { Credentials } from '../accounts/repository.ts'
import type { UserContext } from '../context.ts'
import type { SessionRepository, SessionRow } from './repository.ts'

/** A new session and the access token that stands for it. */
export interface OpenedSession {
  readonly token: string
  readonly session: SessionRow
}

/** Opens a session for credentials that were proven; null when the password has changed meanwhile. */
export async function openSession(
  { ids, caller, sessionDays, accessTokenKeys }: UserContext,
  sessions: SessionRepository,
  { id: userId, passwordHash }: Credentials,
): Promise<OpenedSession | null> {
  const { userAgent } = caller
  const session = await sessions.open({ id: ids.next(), userId, passwordHash, userAgent, days: sessionDays })
  return session ? { token: signAccessToken(accessTokenKeys, { userId, sessionId: session.id }), session } : null
}
