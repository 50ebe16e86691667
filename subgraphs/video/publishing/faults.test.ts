import { bulkhead } from 'cockatiel'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PublicError } from '../../../platform/runtime/errors.ts'
import { publicBucket, uploadBucket } from '../../../platform/storage/object-store.ts'
import { anonymous } from '../../../testing/callers.ts'
import { makeUniqueClip } from '../../../testing/clips.ts'
import { authorId, openTestPublishing, publish, type TestPublishing } from '../../../testing/video-publishing.ts'
import { objectsOf } from '../../../testing/video-subgraph.ts'
import { uploadKey } from '../storage/object-keys.ts'
import type { Publishing } from './publish-upload.ts'
import type { PublicationRepository } from './repository.ts'

let dependencies: TestPublishing
let sound: Publishing
beforeAll(async () => {
  dependencies = await openTestPublishing()
  sound = dependencies.sound
})
afterAll(() => dependencies[Symbol.asyncDispose]())

const upload = (content?: Buffer) => dependencies.upload(content)
const withStore: TestPublishing['withStore'] = (changes) => dependencies.withStore(changes)

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

it('makes nothing public before it was inspected', async () => {
  const uploadId = await upload()
  let shown: string[] | undefined
  const watched: Publishing = {
    ...sound,
    ffmpeg: {
      ...sound.ffmpeg,
      async takeCover(...request) {
        shown = (await objectsOf(uploadId)).filter((object) => object.startsWith(publicBucket))
        return sound.ffmpeg.takeCover(...request)
      },
    },
  }
  await publish(watched, uploadId)
  expect(shown).toEqual([])
})

it.each([
  ['setting the video aside', () => ({ stage: broken })],
  ['fetching the video', () => ({ download: broken })],
  ['making the video public', () => ({ publish: broken })],
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
  const counts = { workCount: await countVideos(), restrictedCount: 0 }
  expect(await sound.videos.workCounts([authorId])).toEqual(new Map([[authorId, counts]]))
  expect((await objectsOf(uploadId)).sort()).toEqual(
    [video.coverKey, video.playKey].map((key) => `${publicBucket}/${key}`).sort(),
  )
})

async function countVideos(): Promise<number> {
  return (await dependencies.db.selectFrom('videos').select('id').execute()).length
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
  expect(video).toMatchObject(await publish(sound, uploadId))
})

it('looks into two videos at a time', async () => {
  const uploadIds = await Promise.all([upload(), upload(), upload(), upload(), upload()])
  let running = 0
  let max = 0
  let meet: () => void = () => undefined
  const met = new Promise<void>((resolve) => (meet = resolve))
  const watched: Publishing = {
    ...sound,
    ffmpeg: {
      ...sound.ffmpeg,
      async probe(file) {
        max = Math.max(max, ++running)
        if (running === 2) meet()
        await met
        return sound.ffmpeg.probe(file).finally(() => running--)
      },
    },
  }
  await Promise.all(uploadIds.map((uploadId) => publish(watched, uploadId)))
  expect(max).toBe(2)
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
