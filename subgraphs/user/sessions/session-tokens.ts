import { signAccessToken } from '../../../platform/auth/access-token.ts'
import type { UserContext } from '../context.ts'
import { signRefreshToken } from './refresh-token.ts'
import type { SessionRow } from './repository.ts'

const accessTokenMs = 15 * 60_000

/** The tokens of a session that a client holds. */
export interface SessionTokens {
  readonly session: SessionRow
  readonly accessToken: string
  /** When the access token expires; one that lasts as long as its session is extended by use. */
  readonly expiresAt: Date
  /** Null when the access token does not expire. */
  readonly refreshToken: string | null
}

/** The current tokens of a session. */
export function sessionTokens(
  { accessTokenKeys: keys }: Pick<UserContext, 'accessTokenKeys'>,
  session: SessionRow,
): SessionTokens {
  const { id: sessionId, userId, refreshGeneration: generation } = session
  if (generation === null) {
    const accessToken = signAccessToken(keys, { userId, sessionId })
    return { session, accessToken, expiresAt: session.expiresAt, refreshToken: null }
  }
  const expiresAt = new Date(Date.now() + accessTokenMs)
  return {
    session,
    accessToken: signAccessToken(keys, { userId, sessionId }, expiresAt),
    expiresAt,
    refreshToken: signRefreshToken(keys, { sessionId, generation }),
  }
}
