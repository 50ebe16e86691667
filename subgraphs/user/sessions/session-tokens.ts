import { signAccessToken } from '../../../platform/auth/access-token.ts'
import type { UserContext } from '../context.ts'
import { signRefreshToken } from './refresh-token.ts'
import type { SessionRow } from './repository.ts'

const accessTokenMs = 15 * 60_000

/** What a client holds of its session. */
export interface SessionTokens {
  readonly session: SessionRow
  readonly accessToken: string
  /** When the access token ends; a lasting one only unless it is used before. */
  readonly expiresAt: Date
  /** Null when the access token lasts. */
  readonly refreshToken: string | null
}

/** The tokens of a session at this moment. */
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
