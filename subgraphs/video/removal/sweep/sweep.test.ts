import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { VideoTables } from '../../../../db/ownership.ts'
import { publicBucket, uploadBucket } from '../../../../platform/storage/object-store.ts'
import { openDatabase } from '../../../../platform/postgres/database.ts'
import { ask, signedIn } from '../../../../testing/callers.ts'
import { makeClip } from '../../../../testing/clips.ts'
import { startTestWorker } from '../../../../testing/media-worker.ts'
import { startOwnObjectStore, type OwnObjectStore } from '../../../../testing/own-object-store.ts'
import { publishes, startVideoSubgraph, uploads, type VideoSubgraph } from '../../../../testing/video-subgraph.ts'
import { createRemovalRepository } from '../repository.ts'
import { createSweepRepository } from './repository.ts'
import { sweep, type SweepReport } from './sweep.ts'
import { patience } from '../../../../testing/waiting.ts'

const alice = signedIn('101')
const clip = await makeClip({})

let store: OwnObjectStore
let video: VideoSubgraph
let db: ReturnType<typeof openDatabase<VideoTables>>
beforeAll(async () => {
  store = await startOwnObjectStore()
  video = await startVideoSubgraph({ objectStore: store.objectStore })
  db = openDatabase({ url: video.databaseUrl, schema: 'video', poolSize: 1, onConnectionError: () => undefined })
})
afterAll(async () => {
  await db.destroy()
  await video[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const hourMs = 60 * 60 * 1_000

/** Runs a sweep as if some hours had passed. */
async function sweepAfter(hours: number, remove = false): Promise<SweepReport> {
  const parts = { claims: createSweepRepository(db), removals: createRemovalRepository(db), ...store }
  return sweep(parts, { remove, now: new Date(Date.now() + hours * hourMs) })
}

const nothing: SweepReport = { orphans: [], missing: [] }

function put(key: string, bucket: typeof publicBucket | typeof uploadBucket = publicBucket): Promise<void> {
  return store.objectStore.upload(bucket, key, clip, 'video/mp4')
}

/** A video whose renditions are ready. */
async function publishesReady(width: number): Promise<string> {
  const { id } = await publishes(video.subgraph, alice, await makeClip({ width }))
  await using _worker = await startTestWorker(video.databaseUrl, { objectStore: store.objectStore })
  await vi.waitFor(async () => {
    expect(await video.sql('select status from videos where id = $1', [id])).toEqual([{ status: 'READY' }])
  }, patience)
  return id
}

it('finds nothing where everything is in order: videos, their renditions, and uploads on their way', async () => {
  const id = await publishesReady(100)
  await uploads(video.subgraph, alice, clip)
  expect((await store.everything()).filter((object) => object.includes(`/${id}/hls-`)).length).toBeGreaterThan(2)
  expect(await sweepAfter(100)).toEqual(nothing)
})

it('finds objects without a row, tells them, and removes them when it is asked to, and no others', async () => {
  const id = await publishesReady(110)
  const { id: gone } = await publishes(video.subgraph, alice, await makeClip({ width: 120 }))
  const before = await store.everything()
  await video.sql('delete from videos where id = $1', [gone])
  const strays = [
    `videos/${id}/11111111-1111-1111-1111-111111111111.mp4`,
    `videos/${id}/hls-240-0123456789abcdef0123456789abcdef.mp4`,
    `covers/${id}/11111111-1111-1111-1111-111111111111.jpg`,
    'videos/404/1.mp4',
    'videos/no-number',
  ]
  for (const key of strays) await put(key)
  const orphans = [
    ...strays.map((key) => `media/${key}`),
    ...before.filter((object) => object.includes(`/${gone}/`)),
  ].sort()

  const told = await sweepAfter(2)
  expect(told.orphans.map(({ bucket, key }) => `${bucket}/${key}`).sort()).toEqual(orphans)
  expect(told.orphans.every(({ size }) => size > 0)).toBe(true)
  expect(await sweepAfter(2, true)).toEqual(told)
  expect(await store.everything()).toEqual(before.filter((object) => !orphans.includes(object)))
  expect(await sweepAfter(2)).toEqual(nothing)
})

it('leaves alone what may be on its way: young objects, videos that are processed, and removals to come', async () => {
  await put('videos/405/1.mp4')
  expect(await sweepAfter(0.9)).toEqual(nothing)
  expect((await sweepAfter(1.1, true)).orphans).toHaveLength(1)

  const { id } = await publishes(video.subgraph, alice, await makeClip({ width: 130 }))
  await put(`videos/${id}/hls-240-0123456789abcdef0123456789abcdef.mp4`)
  expect(await sweepAfter(100)).toEqual(nothing)
  await ask(video.subgraph, alice, 'mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }', { id })
  expect(await sweepAfter(100)).toEqual(nothing)
})

it('keeps the parts of a video whose playlist is missing, and tells what is missing', async () => {
  const id = await publishesReady(140)
  const [row] = await video.sql('select hls_key, cover_key from videos where id = $1', [id])
  const keys = [String(row?.['cover_key']), String(row?.['hls_key'])]
  for (const key of keys) await store.objectStore.remove(publicBucket, key)
  const { orphans, missing } = await sweepAfter(2)
  expect(orphans).toEqual([])
  expect(missing.map(({ key }) => key).sort()).toEqual(keys.sort())
  expect(missing.every(({ videoId }) => videoId === id)).toBe(true)
  await video.sql('delete from videos where id = $1', [id])
  await sweepAfter(2, true)
})

it('removes what was uploaded for nobody, a day later', async () => {
  const keys = ['videos/406', 'inspections/406/1']
  for (const key of keys) await put(key, uploadBucket)
  expect(await sweepAfter(23)).toEqual(nothing)
  expect((await sweepAfter(25, true)).orphans).toMatchObject(keys.map((key) => ({ bucket: 'uploads', key })))
  expect(await sweepAfter(25)).toEqual(nothing)
})

it('does not touch what other owners keep in the same buckets', async () => {
  await put('pictures/1.jpg')
  await put('pictures/2', uploadBucket)
  expect(await sweepAfter(100, true)).toEqual(nothing)
  expect(await store.everything()).toEqual(expect.arrayContaining(['media/pictures/1.jpg', 'uploads/pictures/2']))
})
