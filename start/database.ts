import { join } from 'node:path'
import { findRole } from '../db/grants.ts'
import type { Owner } from '../db/ownership.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { roleOf, type DatabaseAddress } from '../platform/postgres/database.ts'
import { databaseSetting } from '../subgraphs/registry.ts'
import { CannotStart } from './running.ts'

/**
 * Where an owner's data is, and as which role it is accessed: with its own login where the settings name one, otherwise with
 * the common login as the role of the owner. When the server has no such role, or the login may not act as it, the rights are
 * those of the login, and this is logged.
 *
 * @throws CannotStart when no database is configured or running here, or when the role has no rights in this database yet.
 */
export async function findDatabase(environment: Environment, owner: Owner, log: Logger): Promise<DatabaseAddress> {
  const own = environment[databaseSetting(owner)]
  if (own !== undefined) return { url: own, role: null }
  const url = await databaseUrlOf(environment)
  const role = roleOf(owner)
  const found = await findRole(url, owner)
  if (found === 'granted') return { url, role }
  if (found === 'none') {
    log.warn({ role }, 'ownership is not enforced: this login may not act as the role of the owner')
    return { url, role: null }
  }
  throw new CannotStart(
    `DATABASE_URL: the database lacks a migration (${role} has no rights in it): run npm start -- migrate.`,
  )
}

/** The line that tells the operator that Postgres does not separate the subgraphs, and why; the system runs nevertheless. */
export function sayUnenforced(reason: string): string {
  return `Postgres does not enforce table ownership: this login may not create or use the roles (${reason}).`
}

/**
 * The configured database, or that of the system that runs here with embedded services.
 *
 * @throws CannotStart when there is neither.
 */
export async function databaseUrlOf({ DATABASE_URL, DATA_DIR }: Environment): Promise<string> {
  if (DATABASE_URL !== undefined) return DATABASE_URL
  const { findRunningPostgres } = await import('../embedded/postgres/address.ts')
  const running = await findRunningPostgres(join(DATA_DIR, 'postgres'))
  if (running !== undefined) return running
  throw new CannotStart('No running system was found here: start it first, or set DATABASE_URL.')
}
