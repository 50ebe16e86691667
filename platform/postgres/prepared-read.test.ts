import { sql, type Kysely } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from '../../testing/database.ts'
import { anyOf, idArray, listIn, openDatabase, textOf } from './database.ts'
import { prepareRead } from './prepared-read.ts'

interface Tables {
  notes: { id: string; noteText: string }
}

let database: Awaited<ReturnType<typeof createTestDatabase>>
let admin: pg.Client
let db: Kysely<Tables>
beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client(database.url)
  await admin.connect()
  await admin.query('create table notes (id bigint primary key, note_text text not null)')
  await admin.query(`insert into notes values (1, 'one'), (2, 'two'), (3, 'three')`)
  const onConnectionError = () => expect.unreachable()
  db = openDatabase({ url: database.url, schema: 'public', role: null, poolSize: 1, onConnectionError })
})
afterAll(async () => {
  await db.destroy()
  await admin.end()
  await database[Symbol.asyncDispose]()
})

it('answers each call by its own parameters, and is planned once by a connection', async () => {
  const read = prepareRead(db, () =>
    db.selectFrom('notes').select(['id', 'noteText']).where('id', '=', anyOf([])).orderBy('id').compile(),
  )
  expect(await read([idArray(['1', '3'])])).toEqual([
    { id: '1', noteText: 'one' },
    { id: '3', noteText: 'three' },
  ])
  expect(await read([idArray(['2'])])).toEqual([{ id: '2', noteText: 'two' }])
  expect(await read([idArray([])])).toEqual([])
  const { rows } = await sql<{ count: string }>`
    select count(*) from pg_prepared_statements where statement like '%note_text%'`.execute(db)
  expect(rows).toEqual([{ count: '1' }])
})

it('goes on when a column is added', async () => {
  const read = prepareRead(db, () => db.selectFrom('notes').select('noteText').where('id', '=', anyOf([])).compile())
  expect(await read([idArray(['1'])])).toEqual([{ noteText: 'one' }])
  await admin.query('alter table notes add column author_id bigint')
  expect(await read([idArray(['2'])])).toEqual([{ noteText: 'two' }])
})

it('reads columns as lists in one order', async () => {
  const read = prepareRead(db, () =>
    db
      .selectFrom('notes')
      .select([textOf('id'), textOf('noteText')])
      .where('id', '=', anyOf([]))
      .compile(),
  )
  const [row] = await read([idArray(['3', '1', '9'])])
  const texts = new Map(listIn(row?.id).map((id, place) => [id, listIn(row?.noteText)[place]]))
  expect(texts).toEqual(
    new Map([
      ['1', 'one'],
      ['3', 'three'],
    ]),
  )
  const [nothing] = await read([idArray(['9'])])
  expect(listIn(nothing?.id)).toEqual([])
})
