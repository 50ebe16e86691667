import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { uploadBucket } from '../../../platform/storage/object-store.ts'
import { ask, signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import {
  createsUpload,
  doesScheduledJobs,
  objectsOf,
  openTestObjectStore,
  publishVideo,
  sends,
  startVideoSubgraph,
  uploads,
} from '../../../testing/video-subgraph.ts'
import { createInspectionKey, uploadKey } from '../storage/object-keys.ts'

const alice = signedIn('101')
const clip = await makeClip({})

it('removes what was uploaded but never published, and what may still come it keeps', async () => {
  await using video = await startVideoSubgraph()
  const [abandoned, fresh] = [await uploads(video.subgraph, alice, clip), await uploads(video.subgraph, alice, clip)]
  await video.sql(`update uploads set expires_at = now() - interval '2 hours' where id = $1`, [abandoned])
  // More uploads without a file than are collected at a time.
  await video.sql(
    `insert into uploads (id, owner_id, expires_at) select n, 7, now() - interval '1 day' from generate_series(1, 250) as n`,
  )
  await doesScheduledJobs(video.databaseUrl)
  expect(await video.sql('select id from uploads')).toEqual([{ id: fresh }])
  expect(await objectsOf(abandoned)).toEqual([])
  expect(await objectsOf(fresh)).toEqual([`${uploadBucket}/${uploadKey(fresh)}`])
})

it('removes what a process that was killed had set aside to inspect it', async () => {
  await using video = await startVideoSubgraph()
  const uploadId = await uploads(video.subgraph, alice, clip)
  const objectStore = await openTestObjectStore()
  await objectStore.stage(uploadKey(uploadId), createInspectionKey(uploadId))
  expect(await objectsOf(uploadId)).toHaveLength(2)
  await collects(video)
  expect(await objectsOf(uploadId)).toEqual([])
})

it('keeps the row of a file that cannot be removed, so that the next collection finds it', async () => {
  await using video = await startVideoSubgraph()
  const abandoned = await uploads(video.subgraph, alice, clip)
  await video.sql(`update uploads set expires_at = now() - interval '2 hours'`)
  const objectStore = await openTestObjectStore()
  const remove = () => Promise.reject(new Error('broken'))
  await expect(doesScheduledJobs(video.databaseUrl, { ...objectStore, remove })).rejects.toThrow('broken')
  expect(await video.sql('select id from uploads')).toEqual([{ id: abandoned }])
  await doesScheduledJobs(video.databaseUrl)
  expect(await video.sql('select id from uploads')).toEqual([])
})

/** Expires every upload and collects it. */
async function collects(video: Awaited<ReturnType<typeof startVideoSubgraph>>): Promise<void> {
  await video.sql(`update uploads set expires_at = now() - interval '2 hours'`)
  await doesScheduledJobs(video.databaseUrl)
  expect(await video.sql('select id from uploads')).toEqual([])
}

it('removes what was sent with the form of an upload after that was published', async () => {
  await using video = await startVideoSubgraph()
  const upload = await createsUpload(video.subgraph, alice)
  const send = async () => expect((await sends(upload, new Blob([await readFile(clip)]))).status).toBe(204)
  await send()
  await ask(video.subgraph, alice, publishVideo, { uploadId: upload.uploadId })
  await send()
  expect(await objectsOf(upload.uploadId)).toHaveLength(3)
  await collects(video)
  expect((await objectsOf(upload.uploadId)).map((object) => object.split('/').slice(0, 2))).toEqual([
    ['media', 'videos'],
    ['media', 'covers'],
  ])
})

it('gives up parts that were never put together, also those that a process began and did not live to note', async () => {
  await using video = await startVideoSubgraph()
  const objectStore = await openTestObjectStore()
  const document = 'mutation { createUpload(input: { byteSize: 1000, inParts: true }) { uploadId } }'
  const noted = await ask<{ createUpload: { uploadId: string } }>(video.subgraph, alice, document)
  const key = uploadKey(noted.createUpload.uploadId)
  const [row] = await video.sql('select multipart_id from uploads')
  const multipartIds = [String(row?.['multipart_id']), await objectStore.startParts(key)]
  for (const multipartId of multipartIds) expect(await objectStore.receivedParts(key, multipartId)).toEqual([])
  await collects(video)
  for (const multipartId of multipartIds) expect(await objectStore.receivedParts(key, multipartId)).toBeNull()
})

it('forgets how many uploads were made on days gone by, and of today it does not', async () => {
  await using video = await startVideoSubgraph()
  await createsUpload(video.subgraph, alice)
  await video.sql('insert into upload_days select owner_id, day - 1, uploads from upload_days')
  await collects(video)
  expect(await video.sql('select owner_id, uploads from upload_days')).toEqual([{ owner_id: '101', uploads: 1 }])
})
