import { afterAll, beforeAll, expect, it } from 'vitest'
import type { VideoTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { createVideoRepository } from '../videos/repository.ts'
import { createUploadRepository, type Publication } from './repository.ts'

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

function publication(id: number, authorId = 1): Publication {
  return {
    ...{ id: String(id), authorId: String(authorId), title: '', playKey: `play/${id}`, coverKey: `cover/${id}` },
    ...{ contentType: 'video/mp4', byteSize: 1, durationMs: 1_000, width: 180, height: 320, thumbhash: 'hash' },
  }
}

it('gives fifty videos that are published at once fifty moments, though the next two seconds are taken', async () => {
  const uploads = createUploadRepository(db)
  // With every millisecond taken for a while, all of them want the same one behind.
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
  for (const id of ids) await uploads.add({ id: String(id), ownerId: '1', expiresAt: tomorrow })

  const rows = await Promise.all(ids.map((id) => uploads.publish(publication(id))))

  const moments = rows.map((row) => row?.publishedAt.getTime() ?? 0)
  expect(new Set(moments).size).toBe(50)
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(from + 2_000)
  expect(await createVideoRepository(db).workCounts(['1'])).toEqual(new Map([['1', 50]]))
})

it('is not led astray by a video from the future', async () => {
  const uploads = createUploadRepository(db)
  await db
    .insertInto('videos')
    .values({ ...publication(300), publishedAt: new Date('2999-01-01') })
    .execute()
  await uploads.add({ id: '301', ownerId: '3', expiresAt: tomorrow })
  const video = await uploads.publish(publication(301, 3))
  expect(video?.publishedAt.getFullYear()).toBeLessThan(2_900)
})

it('publishes an upload once when many try at the same time', async () => {
  const uploads = createUploadRepository(db)
  await uploads.add({ id: '200', ownerId: '2', expiresAt: tomorrow })
  const rows = await Promise.all(Array.from({ length: 10 }, () => uploads.publish(publication(200, 2))))
  expect(rows.filter((row) => row !== null)).toHaveLength(1)
  expect(await createVideoRepository(db).workCounts(['2'])).toEqual(new Map([['2', 1]]))
})

it('publishes nothing without an upload, or with the upload of another', async () => {
  const uploads = createUploadRepository(db)
  await uploads.add({ id: '400', ownerId: '4', expiresAt: tomorrow })
  expect(await uploads.publish(publication(400, 5))).toBeNull()
  expect(await uploads.publish(publication(401, 4))).toBeNull()
  expect(await createVideoRepository(db).findMany(['400', '401'])).toEqual(new Map())
})
