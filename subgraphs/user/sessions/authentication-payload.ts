import { existingAccount } from '../accounts/existing-account.ts'
import type { UserContext } from '../context.ts'
import type { SessionTokens } from './session-tokens.ts'

/** The payload for a client that has signed in or refreshed its session. */
export async function authenticationPayload(context: Pick<UserContext, 'loaders' | 'show'>, tokens: SessionTokens) {
  const { accessToken, expiresAt, refreshToken, session } = tokens
  const user = context.show(await existingAccount(context, session.userId))
  return { accessToken, expiresAt, refreshToken, user }
}
