import type { UserContext } from '../context.ts'
import type { RegisterInput } from '../schema.generated.ts'
import { openSession, type OpenedSession } from '../sessions/open-session.ts'
import { nameArgument, newPasswordArgument } from './credentials-arguments.ts'

/**
 * Creates an account and opens its first session, or does neither.
 *
 * @throws BadUserInput when the name or the password breaks the rules.
 * @throws AlreadyExists when somebody has the name.
 * @throws RateLimited when the caller's network has opened too many accounts.
 */
export async function register(context: UserContext, input: RegisterInput): Promise<OpenedSession> {
  const name = nameArgument(input.name)
  const password = newPasswordArgument(input.password)
  await context.registrations.admit(context.caller.clientAddress)
  const passwordHash = await context.passwords.hash(password)
  const account = { id: context.ids.next(), name, passwordHash }
  const session = await context.transact(async ({ accounts, sessions }) => {
    await accounts.add(account)
    return openSession(context, sessions, account)
  })
  if (!session) throw new Error('the account vanished within its own transaction')
  return session
}
