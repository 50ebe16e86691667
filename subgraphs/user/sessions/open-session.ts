import type { Credentials } from '../accounts/repository.ts'
import type { UserContext } from '../context.ts'
import type { SessionKind } from '../schema.generated.ts'
import type { SessionRepository } from './repository.ts'
import { sessionTokens, type SessionTokens } from './session-tokens.ts'

/** Opens a session for verified credentials; null when the password has changed in the meantime. */
export async function openSession(
  context: Pick<UserContext, 'ids' | 'caller' | 'sessionDays' | 'accessTokenKeys'>,
  sessions: SessionRepository,
  { id: userId, passwordHash }: Credentials,
  kind: SessionKind = 'REFRESHED',
): Promise<SessionTokens | null> {
  const { ids, caller, sessionDays: days } = context
  const refreshGeneration = kind === 'LASTING' ? null : 0
  const { userAgent } = caller
  const session = await sessions.open({ id: ids.next(), userId, passwordHash, userAgent, days, refreshGeneration })
  return session ? sessionTokens(context, session) : null
}
