import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { listenForLostConnections } from '../platform/postgres.ts'
import { grantOwnership, type Unenforced } from './grants.ts'

const folder = new URL('migrations/', import.meta.url)

/** Any constant that no other lock of this database uses; it keeps processes from migrating at the same time. */
const migrationLock = 7_206_214

const silent = new Logger(() => () => undefined)

/** What bringing a database up to date came to. */
export interface Migrated {
  /** The names of the migrations that were applied. */
  readonly applied: readonly string[]
  /** Why the owners of tables do not have roles of their own, when the server does not allow that. */
  readonly unenforced: Unenforced | undefined
}

/**
 * Brings a database up to date: applies the migrations that it lacks, in order, each in a transaction of its own; before
 * them those of the job queue, which it uses. Then the role of each owner is given its rights, also to tables that are new.
 * Safe to call from several processes at once. The login must own the database.
 *
 * @throws when a migration fails, or when one that was already applied has changed since.
 */
export async function migrate(databaseUrl: string): Promise<Migrated> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  // The statement under way fails by itself.
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
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from public.migrations')
    const applied = new Map(rows.map((row) => [row.name, row.sha256]))
    const names: string[] = []
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()) {
      const sql = await readFile(new URL(name, folder), 'utf8')
      const sha256 = createHash('sha256').update(sql).digest('hex')
      if (applied.has(name)) {
        if (applied.get(name) !== sha256) throw new Error(`The migration ${name} changed after it was applied.`)
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

async function migrateJobQueue(databaseUrl: string): Promise<void> {
  // With a pool of ours, because that of the queue is still closing when it has answered.
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
