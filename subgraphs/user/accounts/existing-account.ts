import { Unauthenticated } from '../../../platform/runtime/errors.ts'
import type { UserContext } from '../context.ts'
import type { Account } from './repository.ts'

/**
 * The account of a user with a session.
 *
 * @throws Unauthenticated when the account, and hence its sessions, no longer exist.
 */
export async function existingAccount({ loaders }: Pick<UserContext, 'loaders'>, userId: string): Promise<Account> {
  const account = await loaders.account.load(userId)
  if (!account) throw new Unauthenticated()
  return account
}
