import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { migrate, migrationsFolder, migrationStatus } from './migrate.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let client: pg.Client
let folder: string
/** A folder with the existing migrations, to which tests add. */
let migrations: URL

beforeEach(async () => {
  database = await createTestDatabase()
  client = new pg.Client(database.url)
  await client.connect()
  folder = await mkdtemp(join(tmpdir(), 'short-video-migrations-'))
  await mkdir(join(folder, 'migrations'))
  for (const name of await readdir(migrationsFolder)) {
    await copyFile(new URL(name, migrationsFolder), join(folder, 'migrations', name))
  }
  migrations = pathToFileURL(`${folder}/migrations/`)
})
afterEach(async () => {
  await client?.end()
  await database?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const write = (name: string, sql: string): Promise<void> => writeFile(new URL(name, migrations), sql)

async function exists(table: string): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [table])
  return rows[0]?.exists === true
}

it('applies what a database lacks, in the order of the names, and each once', async () => {
  await write('9002_second.sql', 'alter table video.extra add column second int')
  await write('9001_first.sql', 'create table video.extra (first int)')
  expect((await migrate(database.url, migrations)).applied).toEqual(['9001_first.sql', '9002_second.sql'])
  expect((await migrate(database.url, migrations)).applied).toEqual([])
  await client.query('select first, second from video.extra')
})

it('refuses a migration that changed after it was applied, and applies nothing behind it', async () => {
  await write('9001_first.sql', 'create table video.extra (first int)')
  await migrate(database.url, migrations)
  await write('9001_first.sql', 'create table video.extra (first bigint)')
  await write('9002_second.sql', 'create table video.more (second int)')
  await expect(migrate(database.url, migrations)).rejects.toThrow(
    'The migration 9001_first.sql was changed after it was applied.',
  )
  expect(await exists('video.more')).toBe(false)
  const status = await migrationStatus(database.url, migrations)
  expect(status.slice(-2)).toEqual([
    { name: '9001_first.sql', appliedAt: expect.any(Date) as Date, hasChanged: true },
    { name: '9002_second.sql', appliedAt: null, hasChanged: false },
  ])
})

it('leaves nothing of a migration that fails, names it, and goes on from there when it is mended', async () => {
  await write('9001_first.sql', 'create table video.extra (first int)')
  await write('9002_broken.sql', 'create table video.more (second int); select from video.nothing')
  await expect(migrate(database.url, migrations)).rejects.toThrow('9002_broken.sql')
  expect([await exists('video.extra'), await exists('video.more')]).toEqual([true, false])
  await write('9002_broken.sql', 'create table video.more (second int)')
  expect((await migrate(database.url, migrations)).applied).toEqual(['9002_broken.sql'])
})

it('is done once when several processes do it at the same time', async () => {
  await write('9001_first.sql', 'create table video.extra (first int)')
  const done = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url, migrations)))
  expect(done.flatMap(({ applied }) => applied)).toEqual(['9001_first.sql'])
})
