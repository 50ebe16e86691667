import { Unauthenticated } from '../../../platform/runtime/errors.ts'
import type { UserContext } from '../context.ts'
import { verifyRefreshToken, type RefreshToken } from './refresh-token.ts'
import { announceRevoked } from './revoke-session.ts'
import { sessionTokens, type SessionTokens } from './session-tokens.ts'

/**
 * Exchanges the newest refresh token of a session for the next tokens. A client that lost the answer may retry: for half a
 * minute, the token that was just replaced returns the same successor. The use of an older token means that it was copied, and
 * nobody can tell by whom, so the session is revoked.
 *
 * @throws Unauthenticated when there is nothing to refresh; the user has to sign in.
 */
export async function refreshSession(context: UserContext, refreshToken: string): Promise<SessionTokens> {
  const { stores, accessTokenKeys, sessionDays } = context
  const token = verifyRefreshToken(accessTokenKeys, refreshToken)
  if (!token) throw new Unauthenticated()
  const session =
    (await stores.sessions.refresh(token, sessionDays)) ?? (await stores.sessions.findJustRefreshed(token))
  if (session) return sessionTokens(context, session)
  await revokeCopied(context, token)
  throw new Unauthenticated()
}

async function revokeCopied(context: UserContext, token: RefreshToken): Promise<void> {
  const { sessionId } = token
  if (!(await context.stores.sessions.removeRefreshed(token))) return
  announceRevoked(context, [sessionId])
  context.log.warn(
    { sessionId, requestId: context.caller.requestId },
    'an old refresh token was used; its session is revoked',
  )
}
