import { afterAll, beforeAll, expect, it } from 'vitest'
import { publicBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import { signedIn } from '../../../testing/callers.ts'
import { makeUniqueClip } from '../../../testing/clips.ts'
import { sendsPart } from '../../../testing/uploads-in-parts.ts'
import { authorId, openTestPublishing, publish, type TestPublishing } from '../../../testing/video-publishing.ts'
import { objectsOf } from '../../../testing/video-subgraph.ts'
import type { Publishing } from '../publishing/publish-upload.ts'
import { collectUploads } from './collect-uploads.ts'
import { createUpload } from './create-upload.ts'

let dependencies: TestPublishing
beforeAll(async () => {
  dependencies = await openTestPublishing()
})
afterAll(() => dependencies[Symbol.asyncDispose]())

it.each([
  ['set aside', 'stage'],
  ['fetched', 'download'],
  ['made public', 'publish'],
  ['given a cover', 'upload'],
] as const)('leaves nothing of a video whose upload is collected just before it is %s', async (_, step) => {
  const uploadId = await dependencies.upload()
  const collected = dependencies.withStore((store) => ({
    [step]: async (...file: Parameters<ObjectStore['upload']>) => {
      await expire(uploadId)
      await collectUploads(dependencies.sound)
      await (store[step] as ObjectStore['upload'])(...file)
    },
  }))
  await expect(publish(collected, uploadId)).rejects.toThrow()
  expect(await objectsOf(uploadId)).toEqual([])
  expect(await dependencies.sound.videos.findMany([uploadId])).toEqual(new Map())
})

it('publishes a video whose upload is collected as soon as its row is written', async () => {
  const uploadId = await dependencies.upload()
  const publishAndCollect: Publishing['publications']['publish'] = async (video) => {
    const row = await dependencies.sound.publications.publish(video)
    await expire(uploadId)
    await collectUploads(dependencies.sound)
    return row
  }
  const collected = { ...dependencies.sound, publications: { publish: publishAndCollect } }
  const { playKey, coverKey } = await publish(collected, uploadId)
  expect((await objectsOf(uploadId)).sort()).toEqual([coverKey, playKey].map((key) => `${publicBucket}/${key}`).sort())
})

it('puts no parts together that are collected at that moment', async () => {
  const clip = await makeUniqueClip()
  const file = { byteSize: clip.length, inParts: true }
  const { uploadId, parts } = await createUpload(dependencies.sound, signedIn(authorId), file)
  for (const part of parts) expect(await sendsPart(part, clip)).toBe(200)
  const collected = dependencies.withStore((store) => ({
    async completeParts(...all) {
      await expire(uploadId)
      await collectUploads(dependencies.sound)
      return store.completeParts(...all)
    },
  }))
  await expect(publish(collected, uploadId)).rejects.toThrow(/not been uploaded/)
  expect(await objectsOf(uploadId)).toEqual([])
})

async function expire(uploadId: string): Promise<void> {
  const expiresAt = new Date(Date.now() - 2 * 60 * 60 * 1_000)
  await dependencies.db.updateTable('uploads').set({ expiresAt }).where('id', '=', uploadId).execute()
}
