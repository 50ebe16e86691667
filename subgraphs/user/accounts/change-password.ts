import { requireViewer } from '../../../platform/caller.ts'
import { Forbidden, Unauthenticated } from '../../../platform/errors.ts'
import type { UserContext } from '../context.ts'
import type { ChangePasswordInput } from '../schema.generated.ts'
import { announceRevoked } from '../sessions/revoke-session.ts'
import { checkPassword } from './check-password.ts'
import { newPasswordArgument } from './credentials-arguments.ts'

/**
 * Sets the viewer's password and revokes all his sessions but the one he uses.
 *
 * @throws BadUserInput when the new password breaks the rules.
 * @throws Forbidden when the current password is wrong, which counts as a failed attempt to sign in.
 * @throws RateLimited when too many attempts have failed.
 */
export async function changePassword(context: UserContext, input: ChangePasswordInput): Promise<void> {
  const { userId, sessionId } = requireViewer(context.caller)
  const newPassword = newPasswordArgument(input.newPassword)
  const credentials = await context.stores.accounts.credentialsById(userId)
  if (!credentials) throw new Unauthenticated()
  const { name, passwordHash } = credentials
  if (!(await checkPassword(context, { name, password: input.currentPassword, passwordHash }))) throw wrongPassword()

  const newHash = await context.passwords.hash(newPassword)
  const revoked = await context.transact(async ({ accounts, sessions }) => {
    // Of two changes at once the second no longer gives the current password.
    if (!(await accounts.replacePasswordHash(userId, passwordHash, newHash))) throw wrongPassword()
    return sessions.removeOthers(userId, sessionId)
  })
  announceRevoked(context, revoked)
}

function wrongPassword(): Forbidden {
  return new Forbidden({ en: 'The current password is wrong.', zh: '当前密码错误。' })
}
