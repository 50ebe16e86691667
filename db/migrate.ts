import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { listenForLostConnections } from '../platform/postgres/database.ts'
import { grantOwnership, type Unenforced } from './grants.ts'

/** The folder of migrations: SQL files, applied in order of their names. */
export const migrationsFolder = new URL('migrations/', import.meta.url)

/** Any constant that no other advisory lock of this database uses; it prevents concurrent migrations. */
const migrationLock = 7_206_214

const silent = new Logger(() => () => undefined)

export interface Migrated {
  /** The names of the migrations that were applied. */
  readonly applied: readonly string[]
  /** Why table owners have no roles of their own, if the server does not allow it. */
  readonly unenforced: Unenforced | undefined
}

/**
 * Brings a database up to date: applies missing migrations in order, each in a transaction, after those of the job queue, which
 * they use. Then each owner's role gets its rights, also on new tables. Safe to call from several processes at once. The login
 * must own the database.
 *
 * @throws ChangedMigration when an applied migration has been edited; Error naming a migration that fails.
 */
export async function migrate(databaseUrl: string, migrations: URL = migrationsFolder): Promise<Migrated> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  // The statement in progress fails by itself.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await migrateJobQueue(databaseUrl)
    await client.query(`
      create table if not exists public.migrations (
        name text constraint migrations_pkey primary key,
        sha256 text not null,
        applied_at timestamptz not null default now()
      )`)
    const applied = await findApplied(client)
    const names: string[] = []
    for (const { name, sql, sha256 } of await readMigrations(migrations)) {
      const before = applied.get(name)
      if (before) {
        if (before.sha256 !== sha256) throw new ChangedMigration(name)
        continue
      }
      await apply(client, name, sql, sha256)
      names.push(name)
    }
    return { applied: names, unenforced: await grantOwnership(client) }
  } finally {
    await client.end()
  }
}

/** A migration, and whether a database has it. */
export interface MigrationStatus {
  readonly name: string
  /** When it was applied; null when it is pending. */
  readonly appliedAt: Date | null
  /** Whether the file differs from what was applied. */
  readonly hasChanged: boolean
}

/** The status of all migrations in a database, in order; changes nothing. */
export async function migrationStatus(
  databaseUrl: string,
  migrations: URL = migrationsFolder,
): Promise<MigrationStatus[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ exists: boolean }>(
      `select to_regclass('public.migrations') is not null as exists`,
    )
    const applied = rows[0]?.exists === true ? await findApplied(client) : new Map<string, Applied>()
    return (await readMigrations(migrations)).map(({ name, sha256 }) => {
      const before = applied.get(name)
      return {
        name,
        appliedAt: before?.appliedAt ?? null,
        hasChanged: before !== undefined && before.sha256 !== sha256,
      }
    })
  } finally {
    await client.end()
  }
}

/** An applied migration has been edited. */
export class ChangedMigration extends Error {
  constructor(name: string) {
    super(`The migration ${name} was changed after it was applied.`)
  }
}

interface Applied {
  readonly name: string
  readonly sha256: string
  readonly appliedAt: Date
}

async function findApplied(client: pg.Client): Promise<Map<string, Applied>> {
  const { rows } = await client.query<Applied>('select name, sha256, applied_at as "appliedAt" from public.migrations')
  return new Map(rows.map((row) => [row.name, row]))
}

async function readMigrations(folder: URL): Promise<{ name: string; sql: string; sha256: string }[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8')
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function migrateJobQueue(databaseUrl: string): Promise<void> {
  // A pool of our own, because the queue's own pool is still closing when its call resolves.
  const pgPool = new pg.Pool({ connectionString: databaseUrl, max: 1, connectionTimeoutMillis: 5_000 })
  listenForLostConnections(pgPool, () => undefined)
  try {
    await runMigrations({ pgPool, logger: silent })
  } finally {
    await pgPool.end()
  }
}

async function apply(client: pg.Client, name: string, sql: string, sha256: string): Promise<void> {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into public.migrations (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`The migration ${name} failed: ${(error as Error).message}`, { cause: error })
  }
}
