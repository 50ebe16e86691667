import { afterAll, beforeAll, expect, it } from 'vitest'
import { uploadBucket } from '../../../platform/storage/object-store.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { makeUniqueClip } from '../../../testing/clips.ts'
import { losesConnection, partFields, sendsPart, type SentPart } from '../../../testing/uploads-in-parts.ts'
import {
  createsUpload as createsFormUpload,
  objectsOf,
  openTestObjectStore,
  publishVideo,
  sends,
  startVideoSubgraph,
  type PublishedVideo,
  type VideoSubgraph,
} from '../../../testing/video-subgraph.ts'
import { uploadKey } from '../storage/object-keys.ts'
import { partBytes, partsOf } from './parts.ts'

const alice = signedIn('101')
const bob = signedIn('102')
const maxBytes = 64 * 1024 * 1024

let video: VideoSubgraph
/** A file of three parts, of which the last is the shortest. */
let file: Buffer
beforeAll(async () => {
  video = await startVideoSubgraph({ limits: { maxBytes, maxSeconds: 10, maxSide: 1_280, maxUploadsPerDay: 1_000 } })
  file = await makeUniqueClip(2 * partBytes)
})
afterAll(() => video[Symbol.asyncDispose]())

interface PartedUpload {
  readonly uploadId: string
  readonly url: string | null
  readonly fields: readonly unknown[]
  readonly parts: readonly SentPart[]
}

const createUpload = `mutation ($byteSize: Int, $inParts: Boolean) {
  createUpload(input: { byteSize: $byteSize, inParts: $inParts }) { uploadId url fields { name } ${partFields} }
}`

async function createsUpload(variables: { byteSize?: number; inParts?: boolean }): Promise<PartedUpload> {
  return (await ask<{ createUpload: PartedUpload }>(video.subgraph, alice, createUpload, variables)).createUpload
}

interface OpenUpload {
  readonly id: string
  readonly byteSize: number | null
  readonly parts: readonly SentPart[]
}

async function findsUpload(id: string, caller = alice): Promise<OpenUpload | null> {
  const document = `query ($id: ID!) { upload(id: $id) { id byteSize ${partFields} } }`
  return (await ask<{ upload: OpenUpload | null }>(video.subgraph, caller, document, { id })).upload
}

async function publishes(uploadId: string): Promise<PublishedVideo> {
  const data = await ask<{ publishVideo: { video: PublishedVideo } }>(video.subgraph, alice, publishVideo, { uploadId })
  return data.publishVideo.video
}

it('divides a file into parts that follow each other without a gap', () => {
  for (const byteSize of [1, partBytes - 1, partBytes, partBytes + 1, 3 * partBytes, 2_147_483_647]) {
    const parts = partsOf(byteSize)
    expect(parts.map((part) => part.number)).toEqual(parts.map((_, index) => index + 1))
    expect(parts.reduce((end, part) => (part.start === end ? end + part.byteSize : NaN), 0)).toBe(byteSize)
    expect(parts.slice(0, -1).every((part) => part.byteSize === partBytes)).toBe(true)
    expect(parts.at(-1)?.byteSize).toBeGreaterThan(0)
  }
})

it('takes a small file by a form of its size and no other, and a large one in parts', async () => {
  const small = await createsUpload({ byteSize: 1_000 })
  expect(small).toMatchObject({ url: expect.any(String) as string, parts: [] })
  const large = await createsUpload({ byteSize: 33 * 1024 * 1024 })
  expect(large).toMatchObject({ url: null, fields: [] })
  expect(large.parts).toHaveLength(5)
})

it('publishes a file that came in parts, in whatever order', async () => {
  const { uploadId, parts } = await createsUpload({ byteSize: file.length, inParts: true })
  expect(await Promise.all([...parts].reverse().map((part) => sendsPart(part, file)))).toEqual([200, 200, 200])
  const { id, playUrl } = await publishes(uploadId)
  expect(id).toBe(uploadId)
  expect(file.equals(Buffer.from(await (await fetch(playUrl)).arrayBuffer()))).toBe(true)
  expect((await objectsOf(uploadId)).filter((object) => object.startsWith(uploadBucket))).toEqual([])
  expect(await findsUpload(uploadId)).toBeNull()
})

it('goes on with the parts that a lost connection left', async () => {
  const { uploadId, parts } = await createsUpload({ byteSize: file.length, inParts: true })
  const [first, second] = parts
  if (!first || !second) throw new Error('a file of two parts is in two parts')
  await sendsPart(first, file)
  await losesConnection(second, file)
  expect(await refusal(video.subgraph, alice, publishVideo, { uploadId })).toEqual({
    code: 'NOT_FOUND',
    message: expect.stringContaining('2 of its parts are missing') as string,
  })

  const open = await findsUpload(uploadId)
  expect(open).toMatchObject({ id: uploadId, byteSize: file.length })
  expect(open?.parts.map((part) => part.isReceived)).toEqual([true, false, false])
  for (const part of open?.parts ?? []) if (!part.isReceived) expect(await sendsPart(part, file)).toBe(200)
  expect((await findsUpload(uploadId))?.parts.every((part) => part.isReceived)).toBe(true)
  expect((await publishes(uploadId)).id).toBe(uploadId)
})

it('publishes one video when a file in parts is published several times at once, and after', async () => {
  const clip = await makeUniqueClip()
  const { uploadId, parts } = await createsUpload({ byteSize: clip.length, inParts: true })
  for (const part of parts) await sendsPart(part, clip)
  const videos = await Promise.all([publishes(uploadId), publishes(uploadId), publishes(uploadId)])
  expect(new Set(videos.map(({ playUrl }) => playUrl)).size).toBe(1)
  expect(await publishes(uploadId)).toEqual(videos[0])
  expect(await objectsOf(uploadId)).toHaveLength(2)
})

it('takes no part of another length, and none behind the end of the file', async () => {
  const { parts } = await createsUpload({ byteSize: file.length, inParts: true })
  const [first, , last] = parts
  if (!first || !last) throw new Error('a file of three parts is in three parts')
  expect(await sendsPart({ ...first, byteSize: first.byteSize - 1 }, file)).toBe(403)
  expect(await sendsPart({ ...last, start: 0, byteSize: first.byteSize }, file)).toBe(403)
  expect(await sendsPart({ ...last, url: last.url.replace('partNumber=3', 'partNumber=4') }, file)).toBe(403)
})

it('shows an upload to nobody but its owner', async () => {
  const { uploadId } = await createsUpload({ byteSize: file.length, inParts: true })
  expect(await findsUpload(uploadId, bob)).toBeNull()
  expect(await findsUpload('999')).toBeNull()
  const document = 'query ($id: ID!) { upload(id: $id) { id } }'
  expect((await refusal(video.subgraph, anonymous, document, { id: uploadId })).code).toBe('UNAUTHENTICATED')
  expect((await refusal(video.subgraph, alice, document, { id: 'x' })).code).toBe('BAD_USER_INPUT')
  expect(await refusal(video.subgraph, bob, publishVideo, { uploadId })).toMatchObject({ code: 'NOT_FOUND' })
})

it('shows its owner what a form has sent, before it is published and no longer', async () => {
  const preview = async (id: string) => {
    const document = 'query ($id: ID!) { upload(id: $id) { previewUrl } }'
    type Answer = { upload: { previewUrl: string | null } | null }
    const { upload } = await ask<Answer>(video.subgraph, alice, document, { id })
    return upload?.previewUrl
  }
  const clip = await makeUniqueClip()
  const upload = await createsFormUpload(video.subgraph, alice)
  expect(await preview(upload.uploadId)).toBeNull()
  await sends(upload, new Blob([new Uint8Array(clip)]))
  const url = await preview(upload.uploadId)
  expect(await preview(upload.uploadId)).toBe(url)
  expect(clip.equals(Buffer.from(await (await fetch(url ?? '')).arrayBuffer()))).toBe(true)
  await publishes(upload.uploadId)
  expect(await preview(upload.uploadId)).toBeUndefined()
  expect((await fetch(url ?? '')).status).toBe(404)
})

it.each([
  ['a file over the limit', { byteSize: maxBytes + 1 }, 'TOO_LARGE', /at most 64 MB/],
  ['an empty file', { byteSize: 0 }, 'BAD_USER_INPUT', /at least 1/],
  ['a size below nothing', { byteSize: -1 }, 'BAD_USER_INPUT', /at least 1/],
  ['parts of a file of unknown size', { inParts: true }, 'BAD_USER_INPUT', /size/],
])('refuses to prepare an upload of %s, and does not count it', async (_, variables, code, message) => {
  const count = () => video.sql('select sum(uploads)::int as sum from upload_days')
  const before = await count()
  const answer = await refusal(video.subgraph, alice, createUpload, variables)
  expect(answer).toEqual({ code, message: expect.stringMatching(message) as string })
  expect(await count()).toEqual(before)
})

it('refuses a file that is not as large as was announced', async () => {
  const clip = await makeUniqueClip()
  const { uploadId, parts } = await createsUpload({ byteSize: clip.length, inParts: true })
  for (const part of parts) await sendsPart(part, clip)
  const objectStore = await openTestObjectStore()
  const [row] = await video.sql('select multipart_id from uploads where id = $1', [uploadId])
  const multipartId = String(row?.['multipart_id'])
  const received = (await objectStore.receivedParts(uploadKey(uploadId), multipartId)) ?? []
  await objectStore.completeParts(uploadKey(uploadId), multipartId, received)
  await video.sql('update uploads set byte_size = byte_size + 1 where id = $1', [uploadId])
  expect(await refusal(video.subgraph, alice, publishVideo, { uploadId })).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: expect.stringContaining('differs from the announced size') as string,
  })
  expect(await objectsOf(uploadId)).toEqual([])
})
