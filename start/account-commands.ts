import { idShares, type UserTables } from '../db/ownership.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import type { Act } from '../subgraphs/user/moderation/repository.ts'
import type { Stores } from '../subgraphs/user/stores.ts'
import { findDatabase } from './database.ts'
import { CannotStart } from './running.ts'

/** Changes to an account that only operators can make. */
export const accountCommands = ['grant-admin', 'revoke-admin', 'reset-password'] as const
export type AccountCommand = (typeof accountCommands)[number]

export function isAccountCommand(choice: string): choice is AccountCommand {
  return accountCommands.some((command) => command === choice)
}

/**
 * Changes the account with a name, and records this in the audit log: its owner becomes an administrator, or a member again, or
 * gets another password, which is printed and signs in once, within a day. A user who loses rights or the old password is
 * signed out.
 *
 * @throws CannotStart with one line for the operator.
 */
export async function runAccountCommand(
  environment: Environment,
  command: AccountCommand,
  parameters: readonly string[],
  print: (line: string) => void,
  log: Logger,
): Promise<void> {
  const [name, ...rest] = parameters
  if (name === undefined || rest.length > 0) throw new CannotStart(`Name a user: npm start -- ${command} NAME`)
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
  const account = (await createStores(db).accounts.findManyByName([name])).get(name)
  if (!account) throw new CannotStart(`There is no user “${name}”.`)
  if (account.isBanned) throw new CannotStart(`“${name}” is banned.`)
  const act = { id: ids.next(), actorId: null, subjectId: account.id, reason: `npm start -- ${command}` }
  const lines = await db.transaction().execute((tx) => perform[command](createStores(tx), act, name))
  lines.forEach(print)
}

type Perform = (stores: Stores, act: Act, name: string) => Promise<readonly string[]>

/** Each returns the lines for the operator. */
const perform: Readonly<Record<AccountCommand, Perform>> = {
  async 'grant-admin'({ moderation }, act, name) {
    const isNew = await moderation.grantAdmin(act)
    return [isNew ? `“${name}” is now an administrator.` : `“${name}” is already an administrator.`]
  },

  async 'revoke-admin'({ moderation, sessions }, act, name) {
    const wasOne = await moderation.revokeAdmin(act)
    if (wasOne) await sessions.removeAll(act.subjectId)
    return [
      wasOne
        ? `“${name}” is no longer an administrator and has been signed out.`
        : `“${name}” is not an administrator.`,
    ]
  },

  async 'reset-password'({ moderation, sessions }, act, name) {
    const { createOneTimePassword } = await import('../subgraphs/user/accounts/passwords.ts')
    const { password, passwordHash } = await createOneTimePassword()
    if (!(await moderation.resetPassword(act, passwordHash))) throw new CannotStart(`“${name}” is banned.`)
    await sessions.removeAll(act.subjectId)
    return [
      `“${name}” has been signed out. This password signs in once, within a day, and must be changed then:`,
      password,
    ]
  },
}
