import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { VideoTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { createUploadRepository } from '../uploads/repository.ts'
import { createVideoRepository } from '../videos/repository.ts'
import { createPublicationRepository, type Publication } from './repository.ts'
import { patience } from '../../../testing/waiting.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let db: ReturnType<typeof openDatabase<VideoTables>>
beforeAll(async () => {
  database = await createTestDatabase()
  db = openDatabase<VideoTables>({
    url: database.url,
    schema: 'video',
    poolSize: 10,
    onConnectionError: () => undefined,
  })
})
afterAll(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
})

const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1_000)

async function addUpload(id: number, ownerId: number): Promise<void> {
  const upload = { id: String(id), ownerId: String(ownerId), byteSize: null, expiresAt: tomorrow }
  expect(await createUploadRepository(db).add(upload, 1_000)).toBe(true)
}

function publication(id: number, authorId = 1, content = `content of ${id}`): Publication {
  return {
    ...{ id: String(id), authorId: String(authorId), title: '', playKey: `play/${id}`, coverKey: `cover/${id}` },
    ...{ contentType: 'video/mp4', byteSize: 1, durationMs: 1_000, width: 180, height: 320, thumbhash: 'hash' },
    ...{ contentHash: createHash('sha256').update(content).digest(), lostSound: null, visibility: 'PUBLIC' },
  }
}

it('gives fifty videos that are published at once fifty moments, though the next two seconds are taken', async () => {
  const publications = createPublicationRepository(db)
  // When all milliseconds of a period are taken, all publications compete for the first one after it.
  const from = Date.now()
  await db
    .insertInto('videos')
    .values(
      Array.from({ length: 2_000 }, (_, index) => ({
        ...publication(10_000 + index),
        publishedAt: new Date(from + index),
      })),
    )
    .execute()
  const ids = Array.from({ length: 50 }, (_, index) => 100 + index)
  for (const id of ids) await addUpload(id, 1)

  const rows = await Promise.all(ids.map((id) => publications.publish(publication(id))))

  const moments = rows.map((row) => row?.publishedAt.getTime() ?? 0)
  expect(new Set(moments).size).toBe(50)
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(from + 2_000)
  expect(await createVideoRepository(db).workCounts(['1'])).toEqual(
    new Map([['1', { workCount: 50, restrictedCount: 0 }]]),
  )
})

it('hides the video of a user who was banned while it was inspected', async () => {
  const users = new pg.Client(database.url)
  await users.connect()
  try {
    await users.query(`insert into "user".accounts (id, name, password_hash) values (7, 'dave', ''), (8, 'erin', '')`)
    await addUpload(7_001, 7)
    await addUpload(8_001, 8)
    await users.query(`update "user".accounts set banned_at = now(), ban_reason = 'spam' where id = 7`)
  } finally {
    await users.end()
  }
  const publications = createPublicationRepository(db)
  expect(await publications.publish(publication(7_001, 7))).toMatchObject({ id: '7001', isHidden: true })
  expect(await publications.publish(publication(8_001, 8))).toMatchObject({ id: '8001', isHidden: false })
})

it('is not led astray by a video from the future', async () => {
  const publications = createPublicationRepository(db)
  await db
    .insertInto('videos')
    .values({ ...publication(300), publishedAt: new Date('2999-01-01') })
    .execute()
  await addUpload(301, 3)
  const video = await publications.publish(publication(301, 3))
  expect(video?.publishedAt.getFullYear()).toBeLessThan(2_900)
})

it('publishes an upload once when many try at the same time', async () => {
  const publications = createPublicationRepository(db)
  await addUpload(200, 2)
  const rows = await Promise.all(Array.from({ length: 10 }, () => publications.publish(publication(200, 2))))
  expect(rows.filter((row) => row !== null)).toHaveLength(1)
  expect(await createVideoRepository(db).workCounts(['2'])).toEqual(
    new Map([['2', { workCount: 1, restrictedCount: 0 }]]),
  )
})

it('publishes nothing without an upload, or with the upload of another', async () => {
  const publications = createPublicationRepository(db)
  await addUpload(400, 4)
  expect(await publications.publish(publication(400, 5))).toBeNull()
  expect(await publications.publish(publication(401, 4))).toBeNull()
  expect(await createVideoRepository(db).findMany(['400', '401'])).toEqual(new Map())
})

it('closes the upload of a video, and publishes nothing of one that is closed', async () => {
  const publications = createPublicationRepository(db)
  const uploads = createUploadRepository(db)
  for (const id of [500, 501]) await addUpload(id, 5)
  expect(await publications.publish(publication(500, 5))).toMatchObject({ id: '500' })
  expect(await uploads.findOpen('500', '5')).toBeNull()
  await uploads.close('501')
  expect(await publications.publish(publication(501, 5))).toBeNull()
})

it('gives a file that its author publishes again the object of the first time, and nobody else', async () => {
  const publications = createPublicationRepository(db)
  for (const id of [600, 601, 602]) await addUpload(id, 6)
  await addUpload(603, 7)
  const first = await publications.publish(publication(600, 6, 'sunset'))
  const again = await publications.publish(publication(601, 6, 'sunset'))
  const other = await publications.publish(publication(602, 6, 'sunrise'))
  const stolen = await publications.publish(publication(603, 7, 'sunset'))
  expect([first, again, other, stolen].map((video) => video?.playKey)).toEqual([
    'play/600',
    'play/600',
    'play/602',
    'play/603',
  ])
  expect(again?.coverKey).toBe('cover/601')
})

it('shares no object of a video that is being removed', async () => {
  const publications = createPublicationRepository(db)
  for (const id of [700, 701]) await addUpload(id, 8)
  await publications.publish(publication(700, 8, 'sunset'))
  let again: ReturnType<typeof publications.publish> | undefined
  await db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('videos').where('id', '=', '700').execute()
    again = publications.publish(publication(701, 8, 'sunset'))
    await vi.waitFor(async () => expect(await waitingStatements()).toBe(1), patience)
  })
  expect((await again)?.playKey).toBe('play/701')
})

it('lets nobody remove a video whose object another is about to share', async () => {
  for (const id of [800, 801]) await addUpload(id, 9)
  await createPublicationRepository(db).publish(publication(800, 9, 'sunset'))
  let removed: Promise<unknown> | undefined
  await db.transaction().execute(async (transaction) => {
    const again = await createPublicationRepository(transaction).publish(publication(801, 9, 'sunset'))
    expect(again?.playKey).toBe('play/800')
    removed = db.deleteFrom('videos').where('id', '=', '800').execute()
    await vi.waitFor(async () => expect(await waitingStatements()).toBe(1), patience)
  })
  await removed
  const users = await db.selectFrom('videos').select('id').where('playKey', '=', 'play/800').execute()
  expect(users).toEqual([{ id: '801' }])
})

/** How many statements on this database wait for a lock. */
async function waitingStatements(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_locks as waiting
    where not granted and exists (
      select from pg_locks join pg_database on pg_database.oid = database
      where pg_locks.pid = waiting.pid and datname = current_database()
    )`.execute(db)
  return rows[0]?.count ?? 0
}
