import { Unauthenticated } from '../../../platform/runtime/errors.ts'
import type { UserContext } from '../context.ts'
import { verifyRefreshToken, type RefreshToken } from './refresh-token.ts'
import { announceRevoked } from './revoke-session.ts'
import { sessionTokens, type SessionTokens } from './session-tokens.ts'

/**
 * Answers the next tokens of a session for its newest refresh token. A client whose answer got lost asks again: for half a
 * minute the token that was just replaced answers its successor, however often it comes. A token that was replaced
 * before has been copied, and nobody can tell by whom: its session is revoked.
 *
 * @throws Unauthenticated when there is nothing to refresh; the person has to sign in.
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
