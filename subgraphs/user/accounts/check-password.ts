import type { UserContext } from '../context.ts'

/**
 * Whether a password is the one of the hash; without a hash it is not, after the same time. Wrong ones count against the
 * name and the client's address. However many attempts come at once, each waits for its turn before it is admitted, so
 * the budget is overdrawn by one at most.
 *
 * @throws RateLimited when too many attempts have failed, the right password or not.
 * @throws Unavailable when too many attempts wait already.
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
