import { requireAdmin } from '../../../platform/auth/caller.ts'
import { Forbidden } from '../../../platform/runtime/errors.ts'
import { noSuchUser } from '../../errors.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { banChanged } from '../../../schema/topics.ts'
import type { Account } from '../accounts/repository.ts'
import type { UserContext } from '../context.ts'
import type { BanUserInput, UnbanUserInput } from '../schema.generated.ts'
import { reasonArgument } from '../../audit-log.ts'
import { announceRevoked } from '../sessions/revoke-session.ts'
import type { Act } from './repository.ts'

/**
 * Bans a user: their sessions end, and nobody can sign in to the account. A user who is already banned stays so, for the
 * original reason.
 *
 * @throws Unauthenticated and Forbidden for everyone but administrators, and Forbidden when the user is an administrator.
 * @throws BadUserInput when the reason is empty or too long.
 * @throws NotFound when the user does not exist.
 */
export async function banUser(context: UserContext, input: BanUserInput): Promise<Account> {
  const act = actArgument(context, input)
  const ended = await context
    .transact(async ({ moderation, sessions }) => {
      // The account first: a concurrent login has either locked it, or waits for it and then finds it banned.
      return (await moderation.ban(act)) ? sessions.removeAll(act.subjectId) : null
    })
    .finally(() => context.profiles.forget([act.subjectId]))
  if (ended) {
    announceRevoked(
      context,
      ended.map(({ id }) => id),
    )
    context.broadcast.publish(banChanged, act.subjectId)
  }
  const account = await changedAccount(context, act.subjectId)
  if (account.isBanned) return account
  throw new Forbidden({ en: 'Administrators cannot be banned.', zh: '不能封禁管理员。' })
}

/**
 * Lifts a ban. Does nothing when there is none.
 *
 * @throws Unauthenticated and Forbidden for everyone but administrators.
 * @throws BadUserInput when the reason is empty or too long.
 * @throws NotFound when the user does not exist.
 */
export async function unbanUser(context: UserContext, input: UnbanUserInput): Promise<Account> {
  const act = actArgument(context, input)
  const isChanged = await context.stores.moderation.unban(act).finally(() => context.profiles.forget([act.subjectId]))
  if (isChanged) context.broadcast.publish(banChanged, act.subjectId)
  return changedAccount(context, act.subjectId)
}

function actArgument({ caller, ids }: UserContext, input: BanUserInput | UnbanUserInput): Act {
  const actorId = requireAdmin(caller).userId
  const subjectId = idArgument(input.userId)
  return { id: ids.next(), actorId, subjectId, reason: reasonArgument(input.reason) }
}

async function changedAccount({ loaders }: UserContext, id: string): Promise<Account> {
  const account = await loaders.account.clear(id).load(id)
  if (!account) throw noSuchUser()
  return account
}
