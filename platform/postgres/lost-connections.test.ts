import { sql, type Kysely } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase } from '../../testing/database.ts'
import { openFaultyProxy } from '../../testing/faulty-proxy.ts'
import { openDatabase } from './database.ts'

interface Tables {
  notes: { id: number }
}

let database: Awaited<ReturnType<typeof createTestDatabase>>
let admin: pg.Client
let db: Kysely<Tables>
let lost: Error[] = []

function open(url: string): Kysely<Tables> {
  return openDatabase({
    url,
    schema: 'public',
    role: null,
    poolSize: 2,
    onConnectionError: (error) => lost.push(error),
  })
}

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client(database.url)
  await admin.connect()
  await admin.query('create table notes (id int primary key)')
  db = open(database.url)
})
beforeEach(() => void (lost = []))
afterAll(async () => {
  await db.destroy()
  await admin.end()
  await database[Symbol.asyncDispose]()
})

/** Terminates the connections of the pool once one of them runs a matching statement, after the optional `before` step. */
async function endConnections(running: string, before?: () => Promise<unknown>): Promise<void> {
  const others = `from pg_stat_activity where application_name = 'public' and datname = current_database()`
  await expect
    .poll(async () => (await admin.query(`select ${others} and query like $1`, [running])).rowCount, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0)
  await before?.()
  await admin.query(`select pg_terminate_backend(pid) ${others}`)
}

/** Waits until there is a row. */
const slowRead = sql<{ answer: number }>`
  select 42 as answer from pg_sleep((select case when count(*) = 0 then 60 else 0 end from notes where id = 1))`

it('reads once more when the connection is lost under a read', async () => {
  const reading = slowRead.execute(db)
  await endConnections('%pg_sleep%', () => admin.query('insert into notes values (1)'))
  expect((await reading).rows).toEqual([{ answer: 42 }])
})

it('fails a write of which nobody knows whether it happened, and goes on', async () => {
  const writing = sql`insert into notes select 2 from pg_sleep(60)`.execute(db)
  const failed = expect(writing).rejects.toThrow(/terminat/)
  await endConnections('%insert into notes select 2%')
  await failed
  expect(await db.selectFrom('notes').select('id').where('id', '=', 2).execute()).toEqual([])
})

it('fails a transaction that had begun, and leaves nothing of it', async () => {
  const transaction = db.transaction().execute(async (trx) => {
    await trx.insertInto('notes').values({ id: 3 }).execute()
    await sql`select pg_sleep(60)`.execute(trx)
  })
  const failed = expect(transaction).rejects.toThrow(/terminat/)
  await endConnections('%pg_sleep(60)%')
  await failed
  expect(await db.selectFrom('notes').select('id').where('id', '=', 3).execute()).toEqual([])
})

it('opens a connection again for a moment, also for a write, and then says that the database is away', async () => {
  await using proxy = await openFaultyProxy(database.url)
  const behind = open(proxy.url)
  await sql`select 1`.execute(behind)
  await proxy.shut()
  await expect.poll(() => lost.length).toBeGreaterThan(0)
  const writing = behind.insertInto('notes').values({ id: 4 }).execute()
  await proxy.open()
  await writing
  expect(await behind.selectFrom('notes').select('id').where('id', '=', 4).execute()).toEqual([{ id: 4 }])
  await proxy.shut()
  await expect(sql`select 1`.execute(behind)).rejects.toThrow('ECONNREFUSED')
  await behind.destroy()
})
