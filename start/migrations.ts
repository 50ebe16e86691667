import { readdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { migrate, migrationsFolder, migrationStatus } from '../db/migrate.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import { databaseUrlOf, sayUnenforced } from './database.ts'
import { CannotStart } from './running.ts'

const usage = 'Use npm start -- migrate, migrate status, or migrate new NAME (letters, digits, and _).'

/**
 * Brings the database up to date; `status` only prints which migrations the database has, and `new NAME` creates the file of
 * the next one.
 *
 * @throws CannotStart with one line for the operator.
 */
export async function runMigrations(
  environment: Environment,
  parameters: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  const [command, name, ...rest] = parameters
  if (command === undefined) await bringUpToDate(await databaseUrlOf(environment), print)
  else if (command === 'status' && name === undefined) await showStatus(await databaseUrlOf(environment), print)
  else if (command === 'new' && name !== undefined && rest.length === 0)
    print(`Write the migration into ${await beginMigration(name)}.`)
  else throw new CannotStart(usage)
}

async function bringUpToDate(databaseUrl: string, print: (line: string) => void): Promise<void> {
  const { applied, unenforced } = await migrate(databaseUrl)
  print(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.')
  if (unenforced !== undefined) print(sayUnenforced(unenforced))
}

async function showStatus(databaseUrl: string, print: (line: string) => void): Promise<void> {
  const migrations = await migrationStatus(databaseUrl)
  for (const { name, appliedAt, hasChanged } of migrations) {
    const state = appliedAt === null ? 'pending' : `applied ${appliedAt.toISOString()}`
    print(`${name}  ${state}${hasChanged ? '  CHANGED since' : ''}`)
  }
  const pending = migrations.filter(({ appliedAt }) => appliedAt === null).length
  const changed = migrations.filter(({ hasChanged }) => hasChanged).length
  if (changed > 0)
    throw new CannotStart(`${changed} migrations were changed after they were applied: migrate rejects them.`)
  print(pending === 0 ? 'The database is up to date.' : `${pending} are pending: npm start -- migrate applies them.`)
}

/**
 * Creates the file of a migration that comes after all others.
 *
 * @returns its path.
 */
export async function beginMigration(name: string, folder: URL = migrationsFolder): Promise<string> {
  if (!/^[a-z0-9_]+$/.test(name)) throw new CannotStart(usage)
  const last = Math.max(0, ...(await readdir(folder)).map((file) => Number(/^(\d{4})_/.exec(file)?.[1] ?? 0)))
  const file = `${String(last + 1).padStart(4, '0')}_${name}.sql`
  await writeFile(new URL(file, folder), '-- Purpose of this migration, and which query each index serves.\n', {
    flag: 'wx',
  })
  return fileURLToPath(new URL(file, folder))
}
