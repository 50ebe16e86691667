import { idShares, type UserTables } from '../db/ownership.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { findDatabase } from './database.ts'
import { CannotStart } from './running.ts'

/** What an operator, and nobody else, can do to an account. */
export const roleChanges = ['grant-admin', 'revoke-admin'] as const
export type RoleChange = (typeof roleChanges)[number]

export function isRoleChange(choice: string): choice is RoleChange {
  return roleChanges.some((change) => change === choice)
}

/**
 * Makes the person of a name an administrator, or a member again, and writes that into the audit log. Who is an administrator
 * no more is signed out, so that no process believes it for long.
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
  if (name === undefined || rest.length > 0) throw new CannotStart(`Say whom: npm start -- ${change} NAME`)
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
  if (!account) throw new CannotStart(`There is nobody called “${name}”.`)
  if (account.isBanned) throw new CannotStart(`“${name}” is banned.`)
  const act = { id: ids.next(), actorId: null, subjectId: account.id, reason: `npm start -- ${change}` }
  if (change === 'grant-admin') {
    const isNew = await moderation.grantAdmin(act)
    print(isNew ? `“${name}” is an administrator from now on.` : `“${name}” is an administrator already.`)
  } else {
    const wasOne = await moderation.revokeAdmin(act)
    if (wasOne) await sessions.removeAll(account.id)
    print(wasOne ? `“${name}” is no administrator any more, and signed out.` : `“${name}” is no administrator.`)
  }
}
