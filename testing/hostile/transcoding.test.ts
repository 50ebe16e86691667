import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { VideoTables } from '../../db/ownership.ts'
import { publicBucket, type ObjectStore } from '../../platform/storage/object-store.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { openFfmpeg } from '../../subgraphs/video/media/ffmpeg.ts'
import { createTranscodingRepository } from '../../subgraphs/video/jobs/transcoding-repository.ts'
import { transcode, TranscodingFailure, type Transcoding } from '../../subgraphs/video/jobs/transcode.ts'
import { createTestDatabase } from '../database.ts'
import { openTestObjectStore } from '../video-subgraph.ts'
import { consumptionOf } from './consumption.ts'
import { writeCorpus } from './corpus.ts'
import { openListener } from './listener.ts'

const megabyte = 1024 * 1024

const folder = await mkdtemp(join(tmpdir(), 'hostile-'))
const temporary = join(folder, 'temporary')
const listener = await openListener()
const corpus = await writeCorpus(folder, inject('services').ffmpegPath, listener.address)
// Only publishing limits the duration of a video.
const named = corpus.filter(({ refusal }) => refusal?.source !== 'too long').map((file) => [file.name, file] as const)

let database: Awaited<ReturnType<typeof createTestDatabase>>
let db: ReturnType<typeof openDatabase<VideoTables>>
let objectStore: ObjectStore
let transcoding: Transcoding
let lastId = Date.now() * 1_000
beforeAll(async () => {
  await mkdir(temporary)
  // Programs with an account of their own must be able to enter.
  for (const path of [folder, temporary]) await chmod(path, 0o711)
  vi.stubEnv('TMPDIR', temporary)
  database = await createTestDatabase()
  db = openDatabase({ url: database.url, schema: 'video', poolSize: 2, onConnectionError: () => undefined })
  objectStore = await openTestObjectStore()
  transcoding = {
    transcodings: createTranscodingRepository(db),
    ids: { next: () => String(++lastId) },
    objectStore,
    ffmpeg: openFfmpeg({ ...inject('services'), maxSide: 1_280 }),
    watermarkFont: null,
  }
})
afterAll(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
  await listener[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

/** A video as if publishing had accepted the file. */
async function letThrough(path: string): Promise<string> {
  const id = String(++lastId)
  const playKey = `videos/${id}/original.mp4`
  await objectStore.upload(publicBucket, playKey, path, 'video/mp4')
  const shown = {
    title: '',
    coverKey: '',
    contentType: 'video/mp4',
    byteSize: 1,
    durationMs: 1_000,
    width: 64,
    height: 96,
  }
  const video = { ...shown, id, authorId: '101', playKey, status: 'UPLOADED', publishedAt: new Date(lastId) }
  await db.insertInto('videos').values(video).execute()
  return id
}

describe.runIf(process.platform === 'linux')('the media worker, should publishing let it through, meets', () => {
  it.each(named)('%s, at a bounded cost', { timeout: 90_000 }, async (_, { path, refusal }) => {
    const id = await letThrough(path)
    let failure: unknown
    const cost = await consumptionOf(temporary, async () => {
      failure = await transcode(transcoding, { videoId: id, isAnew: false, signal: new AbortController().signal }).then(
        () => null,
        (error: unknown) => error,
      )
    })
    // The rest of a truncated file can be a valid video.
    if (failure !== null) expect(failure).toBeInstanceOf(TranscodingFailure)
    if (refusal === null) expect(failure).toBeNull()
    expect(cost.cpuSeconds).toBeLessThan(60)
    expect(cost.peakMemory).toBeLessThan(600 * megabyte)
    expect(cost.peakDisk).toBeLessThan(20 * megabyte)
    expect(await readdir(temporary)).toEqual([])
    const { status } = await db.selectFrom('videos').select('status').where('id', '=', id).executeTakeFirstOrThrow()
    expect(status).toBe(failure === null ? 'READY' : 'PROCESSING')
  })

  it('nobody outside: none of the files made a program call anybody', async () => {
    expect(listener.calls).toBe(0)
    await (await fetch(listener.address)).text()
    expect(listener.calls).toBe(1)
  })
})
