import { Unauthenticated } from '../../../platform/runtime/errors.ts'
import type { UserContext } from '../context.ts'
import type { Account } from './repository.ts'

/**
 * The account of a person who has a session.
 *
 * @throws Unauthenticated when the account is gone, and so are its sessions.
 */
export async function existingAccount({ loaders }: Pick<UserContext, 'loaders'>, userId: string): Promise<Account> {
  const account = await loaders.account.load(userId)
  if (!account) throw new Unauthenticated()
  return account
}
