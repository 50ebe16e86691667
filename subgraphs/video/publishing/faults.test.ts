import { bulkhead } from 'cockatiel'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { VideoTables } from '../../../db/ownership.ts'
import { PublicError } from '../../../platform/errors.ts'
import { createLogger } from '../../../platform/logger.ts'
import { publicBucket, uploadBucket, type ObjectStore } from '../../../platform/object-store.ts'
import { openDatabase } from '../../../platform/postgres.ts'
import { anonymous } from '../../../testing/callers.ts'
import { makeUniqueClip } from '../../../testing/clips.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { sendsPart } from '../../../testing/uploads-in-parts.ts'
import { objectsOf, openTestObjectStore, sends } from '../../../testing/video-subgraph.ts'
import { openFfmpeg } from '../transcoding/ffmpeg.ts'
import { collectUploads } from '../uploads/collect-uploads.ts'
import { createUpload } from '../uploads/create-upload.ts'
import { createUploadRepository } from '../uploads/repository.ts'
import { createVideoRepository } from '../videos/repository.ts'
import { uploadKey } from './object-keys.ts'
import { createAdmission, publishVideo, type Publishing } from './publish-video.ts'
import { createPublicationRepository, type PublicationRepository } from './repository.ts'

const authorId = '101'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let db: ReturnType<typeof openDatabase<VideoTables>>
let sound: Publishing
beforeAll(async () => {
  database = await createTestDatabase()
  db = openDatabase<VideoTables>({
    url: database.url,
    schema: 'video',
    poolSize: 4,
    onConnectionError: () => undefined,
  })
  let lastId = 1_000
  const limits = { maxBytes: 1024 * 1024, maxSeconds: 10, maxSide: 1_280, maxUploadsPerDay: 1_000 }
  sound = {
    ids: { next: () => String(Date.now() * 1_000 + ++lastId) },
    uploads: createUploadRepository(db),
    publications: createPublicationRepository(db),
    videos: createVideoRepository(db),
    objectStore: await openTestObjectStore(),
    ffmpeg: openFfmpeg({ ...inject('services'), maxSide: limits.maxSide }),
    limits,
    admission: createAdmission(),
    log: createLogger('silent', 'test'),
  }
})
afterAll(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
})

async function upload(content?: Buffer): Promise<string> {
  const { uploadId, url, fields } = await createUpload(sound, anonymous, authorId)
  const file = new Blob([new Uint8Array(content ?? (await makeUniqueClip()))])
  expect((await sends({ url: url ?? '', fields }, file)).status).toBe(204)
  return uploadId
}

function publish(publishing: Publishing, uploadId: string) {
  return publishVideo(publishing, { uploadId, authorId, title: '', coverAtMs: null })
}

function withStore(changes: (store: ObjectStore) => Partial<ObjectStore>): Publishing {
  return { ...sound, objectStore: { ...sound.objectStore, ...changes(sound.objectStore) } }
}

function withPublications(publish: PublicationRepository['publish']): Publishing {
  return { ...sound, publications: { publish } }
}

const broken = () => Promise.reject(new Error('broken'))

it('publishes what it checked, not what is sent to the same form meanwhile', async () => {
  const content = await makeUniqueClip()
  const uploadId = await upload(content)
  const overwritten = withStore((store) => ({
    async download(...file) {
      await store.upload(uploadBucket, uploadKey(uploadId), import.meta.filename, 'text/plain')
      await store.download(...file)
    },
  }))
  const { playKey } = await publish(overwritten, uploadId)
  const published = await fetch(sound.objectStore.publicUrl(anonymous, playKey))
  expect(Buffer.from(await published.arrayBuffer())).toEqual(content)
  expect(await objectsOf(uploadId)).toHaveLength(2)
})

it.each([
  ['copying the video', () => ({ publish: broken })],
  ['fetching the video', () => ({ download: broken })],
  ['storing the cover', () => ({ upload: broken })],
])('leaves the upload and nothing else when %s fails, so that it can be published later', async (_, failing) => {
  const uploadId = await upload()
  await expect(publish(withStore(failing), uploadId)).rejects.toThrow('broken')
  expect(await objectsOf(uploadId)).toEqual([`${uploadBucket}/${uploadKey(uploadId)}`])
  expect((await publish(sound, uploadId)).id).toBe(uploadId)
})

it('answers with the video when the database wrote it but its answer got lost', async () => {
  const uploadId = await upload()
  let attempts = 0
  const forgetful = withPublications(async (video) => {
    const row = await sound.publications.publish(video)
    if (++attempts === 1) throw new Error('connection lost')
    return row
  })
  const video = await publish(forgetful, uploadId)
  expect(await sound.videos.workCounts([authorId])).toEqual(new Map([[authorId, await countVideos()]]))
  expect((await objectsOf(uploadId)).sort()).toEqual(
    [video.coverKey, video.playKey].map((key) => `${publicBucket}/${key}`).sort(),
  )
})

async function countVideos(): Promise<number> {
  return (await db.selectFrom('videos').select('id').execute()).length
}

it('removes its files when another call published the upload first', async () => {
  const uploadId = await upload()
  let winner = ''
  const overtaken = withPublications(async (video) => {
    winner = (await publish(sound, uploadId)).playKey
    return sound.publications.publish(video)
  })
  expect((await publish(overtaken, uploadId)).playKey).toBe(winner)
  expect(await objectsOf(uploadId)).toHaveLength(2)
})

it('publishes although the upload cannot be removed, and leaves it to the collection', async () => {
  const uploadId = await upload()
  const video = await publish(
    withStore(() => ({ remove: broken })),
    uploadId,
  )
  expect(video.id).toBe(uploadId)
  expect(await sound.uploads.expiredBefore(new Date(Date.now() + 2 * 24 * 60 * 60 * 1_000), 100)).toContain(uploadId)
  expect(await publish(sound, uploadId)).toEqual(video)
})

it.each([
  ['copied', 'publish'],
  ['fetched', 'download'],
  ['given a cover', 'upload'],
] as const)('leaves nothing of a video whose upload is collected just before it is %s', async (_, step) => {
  const uploadId = await upload()
  const collected = withStore((store) => ({
    [step]: async (...file: Parameters<ObjectStore['upload']>) => {
      await expire(uploadId)
      await collectUploads(sound)
      await store[step](...file)
    },
  }))
  await expect(publish(collected, uploadId)).rejects.toThrow()
  expect(await objectsOf(uploadId)).toEqual([])
  expect(await sound.videos.findMany([uploadId])).toEqual(new Map())
})

it('publishes a video whose upload is collected as soon as its row is written', async () => {
  const uploadId = await upload()
  const collected = withPublications(async (video) => {
    const row = await sound.publications.publish(video)
    await expire(uploadId)
    await collectUploads(sound)
    return row
  })
  const { playKey, coverKey } = await publish(collected, uploadId)
  expect((await objectsOf(uploadId)).sort()).toEqual([coverKey, playKey].map((key) => `${publicBucket}/${key}`).sort())
})

it('puts no parts together that are collected at that moment', async () => {
  const clip = await makeUniqueClip()
  const file = { byteSize: clip.length, inParts: true }
  const { uploadId, parts } = await createUpload(sound, anonymous, authorId, file)
  for (const part of parts) expect(await sendsPart(part, clip)).toBe(200)
  const collected = withStore((store) => ({
    async completeParts(...all) {
      await expire(uploadId)
      await collectUploads(sound)
      return store.completeParts(...all)
    },
  }))
  await expect(publish(collected, uploadId)).rejects.toThrow(/not uploaded/)
  expect(await objectsOf(uploadId)).toEqual([])
})

async function expire(uploadId: string): Promise<void> {
  const expiresAt = new Date(Date.now() - 2 * 60 * 60 * 1_000)
  await db.updateTable('uploads').set({ expiresAt }).where('id', '=', uploadId).execute()
}

it('looks into two videos at a time', async () => {
  const uploadIds = await Promise.all([upload(), upload(), upload(), upload(), upload()])
  let running = 0
  let most = 0
  const watched: Publishing = {
    ...sound,
    ffmpeg: {
      ...sound.ffmpeg,
      async probe(file) {
        most = Math.max(most, ++running)
        return sound.ffmpeg.probe(file).finally(() => running--)
      },
    },
  }
  await Promise.all(uploadIds.map((uploadId) => publish(watched, uploadId)))
  expect(most).toBe(2)
})

it('asks to try again later when too many are waiting, and the upload is still there then', async () => {
  const busy: Publishing = { ...sound, admission: bulkhead(1, 0) }
  const uploadIds = [await upload(), await upload()]
  const answers = await Promise.allSettled(uploadIds.map((uploadId) => publish(busy, uploadId)))
  const codes = answers.map((answer) => (answer.status === 'rejected' ? codeOf(answer.reason) : 'published'))
  expect(codes.sort()).toEqual(['UNAVAILABLE', 'published'])
  for (const uploadId of uploadIds) expect((await publish(busy, uploadId)).id).toBe(uploadId)
})

function codeOf(error: unknown): unknown {
  return error instanceof PublicError ? error.extensions['code'] : error
}
