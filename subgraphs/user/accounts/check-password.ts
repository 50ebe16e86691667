import type { UserContext } from '../context.ts'

/**
 * Whether a password matches the hash; without a hash it is false, after the same time. Failures count against the name and the
 * client's address. Concurrent attempts are admitted one after the other, so the budget is exceeded by at most one.
 *
 * @throws RateLimited after too many failures, even for the right password.
 * @throws Unavailable when too many attempts are waiting.
 */
export async function checkPassword(
  { passwords, loginFailures, caller }: Pick<UserContext, 'passwords' | 'loginFailures' | 'caller'>,
  given: { readonly name: string; readonly password: string; readonly passwordHash: string | undefined },
): Promise<boolean> {
  const attempt = { name: given.name, clientAddress: caller.clientAddress }
  return passwords.attempt(async (compare) => {
    await loginFailures.admit(attempt)
    const isRight = await compare(given.password, given.passwordHash)
    await (isRight ? loginFailures.forget(attempt) : loginFailures.count(attempt))
    return isRight
  })
}
