import { Forbidden, Unauthenticated } from '../../../platform/runtime/errors.ts'
import type { UserContext } from '../context.ts'
import type { LoginInput } from '../schema.generated.ts'
import { openSession } from '../sessions/open-session.ts'
import type { SessionTokens } from '../sessions/session-tokens.ts'
import { checkPassword } from './check-password.ts'
import { nameArgument } from './credentials-arguments.ts'

/**
 * Opens a session for a name and its password. A one-time password works once.
 *
 * @throws Unauthenticated when the name or the password is wrong; the error does not say which.
 * @throws Forbidden when the account is banned; the reason is only told with the right password.
 * @throws RateLimited after too many failures.
 */
export async function login(context: UserContext, input: LoginInput): Promise<SessionTokens> {
  const name = nameArgument(input.name)
  const credentials = await context.stores.accounts.credentialsByName(name)
  const given = { name, password: input.password, passwordHash: credentials?.passwordHash }
  const isRight = await checkPassword(context, given)
  if (!isRight || !credentials) throw wrongNameOrPassword()
  if (credentials.banReason !== null) throw banned(credentials.banReason)
  if (credentials.isOneTime && !(await context.stores.accounts.useOneTimePassword(credentials))) {
    throw wrongNameOrPassword()
  }
  const tokens = await openSession(context, context.stores.sessions, credentials, input.session)
  if (!tokens) throw wrongNameOrPassword()
  return tokens
}

function wrongNameOrPassword(): Unauthenticated {
  return new Unauthenticated({ en: 'Wrong name or password.', zh: '用户名或密码错误。' })
}

function banned(reason: string): Forbidden {
  return new Forbidden({ en: `This account is banned: ${reason}`, zh: `该账号已被封禁：${reason}` })
}
