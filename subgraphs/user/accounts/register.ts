import type { UserContext } from '../context.ts'
import type { RegisterInput } from '../schema.generated.ts'
import { openSession } from '../sessions/open-session.ts'
import type { SessionTokens } from '../sessions/session-tokens.ts'
import { newNameArgument, newPasswordArgument } from './credentials-arguments.ts'

/**
 * Creates an account and opens its first session, or does neither.
 *
 * @throws BadUserInput when the name or the password breaks the rules, or the name contains a sensitive word. @throws
 * AlreadyExists when the name is taken.
 * @throws RateLimited when too many accounts were created from the caller's network.
 */
export async function register(context: UserContext, input: RegisterInput): Promise<SessionTokens> {
  const name = newNameArgument(input.name, context.sensitiveWords)
  const password = newPasswordArgument(input.password)
  await context.registrations.admit(context.caller.clientAddress)
  const passwordHash = await context.passwords.hash(password)
  const account = { id: context.ids.next(), name, passwordHash }
  const tokens = await context
    .transact(async ({ accounts, sessions }) => {
      await accounts.add(account)
      return openSession(context, sessions, account, input.session)
    })
    .finally(() => context.profiles.forget([account.id]))
  if (!tokens) throw new Error('the account vanished within its own transaction')
  return tokens
}
