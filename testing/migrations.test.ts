import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { ChangedMigration, migrate, migrationsFolder, migrationStatus } from '../db/migrate.ts'
import { beginMigration } from '../start/migrations.ts'
import { createTestDatabase } from './database.ts'
import { startProcess } from './system-process.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'short-video-migrations-'))
  await cp(migrationsFolder, folder, { recursive: true })
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true, force: true })
})

async function command(...parameters: readonly string[]) {
  const started = startProcess('migrate', { DATABASE_URL: database.url }, parameters)
  onTestFinished(() => started[Symbol.asyncDispose]())
  return { ...(await started.ended), lines: started.lines }
}

it('`npm start -- migrate status` tells which migrations a database has, and migrate that it lacks none', async () => {
  const { code, stderr, lines } = await command('status')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(lines[0]).toMatch(/^0001_user\.sql {2}applied \d{4}-\d\d-\d\dT/)
  expect(lines.at(-1)).toBe('The database is up to date.')
  expect((await command()).lines).toEqual(['The database is up to date.'])
})

it('`npm start -- migrate` says what can be said to it', async () => {
  expect(await command('down')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Use npm start -- migrate, /) as string,
  })
})

it('begins the file after the last one, which is pending until it is applied, and refuses it when it changes then', async () => {
  const migrations = pathToFileURL(`${folder}/`)
  const path = await beginMigration('add_notes', migrations)
  expect(path).toMatch(/\/\d{4}_add_notes\.sql$/)
  const status = async () => (await migrationStatus(database.url, migrations)).at(-1)
  expect(await status()).toMatchObject({ appliedAt: null, hasChanged: false })
  await writeFile(path, `${await readFile(path, 'utf8')}create table chat.notes (id bigint);\n`)
  expect((await migrate(database.url, migrations)).applied).toEqual([path.slice(path.lastIndexOf('/') + 1)])
  expect(await status()).toMatchObject({ appliedAt: expect.any(Date) as Date, hasChanged: false })
  await writeFile(path, 'create table chat.other_notes (id bigint);\n')
  expect(await status()).toMatchObject({ hasChanged: true })
  await expect(migrate(database.url, migrations)).rejects.toThrow(ChangedMigration)
  await expect(beginMigration('Add notes', migrations)).rejects.toThrow('letters, digits')
})
