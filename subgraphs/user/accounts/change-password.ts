import { requireViewer } from '../../../platform/auth/caller.ts'
import { Forbidden, Unauthenticated } from '../../../platform/runtime/errors.ts'
import type { UserContext } from '../context.ts'
import type { ChangePasswordInput } from '../schema.generated.ts'
import { openSession } from '../sessions/open-session.ts'
import { announceRevoked } from '../sessions/revoke-session.ts'
import type { SessionTokens } from '../sessions/session-tokens.ts'
import { checkPassword } from './check-password.ts'
import { newPasswordArgument } from './credentials-arguments.ts'

/**
 * Sets the viewer's password and revokes all their sessions, so that anyone with copied tokens is signed out. A new session of
 * the same kind is opened for the calling client.
 *
 * @throws Unauthenticated when the current session has been revoked.
 * @throws BadUserInput when the new password breaks the rules.
 * @throws Forbidden when the current password is wrong, which counts as a failed login.
 * @throws RateLimited after too many failures.
 */
export async function changePassword(context: UserContext, input: ChangePasswordInput): Promise<SessionTokens> {
  const { userId, sessionId } = requireViewer(context.caller)
  const newPassword = newPasswordArgument(input.newPassword)
  const credentials = await context.stores.accounts.credentialsById(userId)
  if (!credentials) throw new Unauthenticated()
  const { name, passwordHash } = credentials
  if (!(await checkPassword(context, { name, password: input.currentPassword, passwordHash }))) throw wrongPassword()

  const newHash = await context.passwords.hash(newPassword)
  const { revoked, tokens } = await context.transact(async ({ accounts, sessions }) => {
    // The second of two concurrent changes no longer has the current password.
    if (!(await accounts.replacePasswordHash(userId, passwordHash, newHash))) throw wrongPassword()
    const revoked = await sessions.removeAll(userId)
    const current = revoked.find(({ id }) => id === sessionId)
    const kind = current?.refreshGeneration === null ? 'LASTING' : 'REFRESHED'
    const tokens = current && (await openSession(context, sessions, { id: userId, name, passwordHash: newHash }, kind))
    if (!tokens) throw new Unauthenticated()
    return { revoked, tokens }
  })
  announceRevoked(
    context,
    revoked.map(({ id }) => id),
  )
  return tokens
}

function wrongPassword(): Forbidden {
  return new Forbidden({ en: 'The current password is wrong.', zh: '当前密码错误。' })
}
