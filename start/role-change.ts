import { idShares, type UserTables } from '../db/ownership.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { findDatabase } from './database.ts'
import { CannotStart } from './running.ts'

/** Changes to an account that only operators can make. */
export const roleChanges = ['grant-admin', 'revoke-admin'] as const
export type RoleChange = (typeof roleChanges)[number]

export function isRoleChange(choice: string): choice is RoleChange {
  return roleChanges.some((change) => change === choice)
}

/**
 * Makes a user an administrator, or a member again, and records this in the audit log. Former administrators are signed out, so
 * that no process trusts an old session.
 *
 * @throws CannotStart with one line for the operator.
 */
export async function runRoleChange(
  environment: Environment,
  change: RoleChange,
  parameters: readonly string[],
  print: (line: string) => void,
  log: Logger,
): Promise<void> {
  const [name, ...rest] = parameters
  if (name === undefined || rest.length > 0) throw new CannotStart(`Name a user: npm start -- ${change} NAME`)
  const { leaseIdGenerator } = await import('../platform/postgres/id-generator.ts')
  const { openDatabase } = await import('../platform/postgres/database.ts')
  const { createStores } = await import('../subgraphs/user/stores.ts')
  await using db = openDatabase<UserTables>({
    ...(await findDatabase(environment, 'user', log)),
    schema: 'user',
    poolSize: 2,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  await using ids = await leaseIdGenerator(db, idShares.user, log)
  const { accounts, moderation, sessions } = createStores(db)
  const account = (await accounts.findManyByName([name])).get(name)
  if (!account) throw new CannotStart(`There is no user “${name}”.`)
  if (account.isBanned) throw new CannotStart(`“${name}” is banned.`)
  const act = { id: ids.next(), actorId: null, subjectId: account.id, reason: `npm start -- ${change}` }
  if (change === 'grant-admin') {
    const isNew = await moderation.grantAdmin(act)
    print(isNew ? `“${name}” is now an administrator.` : `“${name}” is already an administrator.`)
  } else {
    const wasOne = await moderation.revokeAdmin(act)
    if (wasOne) await sessions.removeAll(account.id)
    print(
      wasOne
        ? `“${name}” is no longer an administrator and has been signed out.`
        : `“${name}” is not an administrator.`,
    )
  }
}
