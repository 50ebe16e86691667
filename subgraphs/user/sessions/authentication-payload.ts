import { existingAccount } from '../accounts/existing-account.ts'
import type { UserContext } from '../context.ts'
import type { SessionTokens } from './session-tokens.ts'

/** What a client is told that has just signed in, or goes on. */
export async function authenticationPayload(context: Pick<UserContext, 'loaders' | 'show'>, tokens: SessionTokens) {
  const { accessToken, expiresAt, refreshToken, session } = tokens
  const user = context.show(await existingAccount(context, session.userId))
  return { accessToken, expiresAt, refreshToken, user }
}
