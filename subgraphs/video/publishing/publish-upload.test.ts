import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, anonymous, refusal, signedIn } from '../../../testing/callers.ts'
import { makeClip, makeUniqueClip } from '../../../testing/clips.ts'
import {
  createsUpload,
  objectsOf,
  publishes,
  publishVideo,
  sends,
  startVideoSubgraph,
  uploads,
  type PublishedVideo,
  type VideoSubgraph,
} from '../../../testing/video-subgraph.ts'

const alice = signedIn('101')
const bob = signedIn('102')
const startedAt = Date.now()

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

interface Lists {
  readonly feed: { readonly edges: readonly { readonly node: { readonly id: string } }[] }
  readonly _entities: readonly [
    { readonly workCount: number; readonly videos: { readonly edges: readonly { readonly node: { id: string } }[] } },
  ]
}

const lists = `query ($representations: [_Any!]!) {
  feed { edges { node { id } } }
  _entities(representations: $representations) { ... on User { workCount videos { edges { node { id } } } } }
}`

function listsOf(userId: string): Promise<Lists> {
  return ask<Lists>(video.subgraph, anonymous, lists, { representations: [{ __typename: 'User', id: userId }] })
}

async function rowsOf(id: string): Promise<{ uploads: unknown; videos: unknown }> {
  const [row] = await video.sql(
    `select (select count(*)::int from uploads where id = $1 and closed_at is null) as uploads,
            (select count(*)::int from videos where id = $1) as videos`,
    [id],
  )
  return row as { uploads: unknown; videos: unknown }
}

async function publishAgain(uploadId: string, title = ''): Promise<PublishedVideo> {
  const variables = { uploadId, title }
  const data = await ask<{ publishVideo: { video: PublishedVideo } }>(video.subgraph, alice, publishVideo, variables)
  return data.publishVideo.video
}

it('shows a video to everyone at once, in every list and under an address that serves ranges', async () => {
  const carol = signedIn('110')
  const clip = await makeClip({ seconds: 2 })
  const published = await publishes(video.subgraph, carol, clip, 'Sunset 日落')
  const { feed, _entities } = await listsOf('110')
  expect(feed.edges[0]?.node.id).toBe(published.id)
  expect(_entities[0].workCount).toBe(1)
  expect(_entities[0].videos.edges.map((edge) => edge.node.id)).toEqual([published.id])
  expect(published).toMatchObject({ title: 'Sunset 日落', width: 180, height: 320, author: { id: '110' } })
  expect(published.duration).toBeCloseTo(2, 1)
  expect(Date.parse(published.publishedAt)).toBeGreaterThanOrEqual(startedAt)
  expect(Date.parse(published.publishedAt)).toBeLessThan(Date.now() + 100)

  const bytes = await readFile(clip)
  const whole = await fetch(published.playUrl)
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes)
  const range = await fetch(published.playUrl, { headers: { range: 'bytes=4-11' } })
  expect(range.status).toBe(206)
  expect(range.headers.get('content-range')).toBe(`bytes 4-11/${bytes.length}`)
  expect(await range.text()).toBe(bytes.toString('latin1', 4, 12))
  const head = await fetch(published.playUrl, { method: 'HEAD' })
  expect(head.status).toBe(200)
  expect(head.headers.get('content-type')).toBe('video/mp4')
  expect(head.headers.get('content-length')).toBe(String(bytes.length))
  expect(head.headers.get('cache-control')).toContain('immutable')
})

it('takes a cover that is a JPEG of the video', async () => {
  const { coverUrl } = await publishes(video.subgraph, alice, await makeClip({}))
  const cover = await fetch(coverUrl)
  expect(cover.headers.get('content-type')).toBe('image/jpeg')
  const bytes = Buffer.from(await cover.arrayBuffer())
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
  expect(bytes.length).toBeGreaterThan(2_000)
})

it('keeps nothing of an upload but the video and its cover', async () => {
  const { id, playUrl, coverUrl } = await publishes(video.subgraph, alice, await makeUniqueClip())
  const objects = await objectsOf(id)
  expect(objects.map((object) => new URL(playUrl).origin + '/' + object).sort()).toEqual([coverUrl, playUrl].sort())
  expect(await rowsOf(id)).toEqual({ uploads: 0, videos: 1 })
})

it.each([
  ['mp4', 'video/mp4'],
  ['mov', 'video/quicktime'],
  ['webm', 'video/webm'],
  ['mkv', 'video/matroska'],
] as const)('publishes %s, and serves it as %s whatever the client called it', async (container, contentType) => {
  const { playUrl } = await publishes(video.subgraph, alice, await makeClip({ container }))
  const { headers } = await fetch(playUrl, { method: 'HEAD' })
  expect(headers.get('content-type')).toBe(contentType)
})

it('tells the size of the picture as it is shown', async () => {
  const published = await publishes(video.subgraph, alice, await makeClip({ width: 320, height: 180, rotate: 90 }))
  expect(published).toMatchObject({ width: 180, height: 320 })
})

it.each([
  ['a picture with sound, of one frame a second', { output: ['-vf', 'fps=1'] }],
  ['what a browser recorded, without a length', { container: 'webm', output: ['-f', 'webm', '-live', '1'] }],
  ['an mp4 in fragments', { output: ['-movflags', 'frag_keyframe+empty_moov'] }],
  ['the picture of old phones, in MPEG-4 Part 2', { output: ['-c:v', 'mpeg4'] }],
] as const)('publishes %s', async (_, options) => {
  const published = await publishes(video.subgraph, alice, await makeClip(options))
  expect(published.duration).toBeCloseTo(1, 1)
  expect((await fetch(published.coverUrl)).headers.get('content-type')).toBe('image/jpeg')
})

it('publishes a video without sound', async () => {
  const published = await publishes(video.subgraph, alice, await makeClip({ audio: false }))
  expect(published.duration).toBeCloseTo(1, 1)
})

it('says that a file was not uploaded yet, and publishes it when it was', async () => {
  const upload = await createsUpload(video.subgraph, alice)
  const { uploadId } = upload
  const early = await refusal(video.subgraph, alice, publishVideo, { uploadId })
  expect(early).toEqual({ code: 'NOT_FOUND', message: expect.stringContaining('not been uploaded yet') as string })
  await sends(upload, new Blob([new Uint8Array(await readFile(await makeClip({})))]))
  expect((await publishAgain(uploadId)).id).toBe(uploadId)
})

it('lets nobody publish what another uploaded', async () => {
  const uploadId = await uploads(video.subgraph, alice, await makeClip({}))
  expect(await refusal(video.subgraph, bob, publishVideo, { uploadId })).toMatchObject({ code: 'NOT_FOUND' })
  expect((await publishAgain(uploadId)).author.id).toBe('101')
  expect(await refusal(video.subgraph, bob, publishVideo, { uploadId })).toMatchObject({ code: 'NOT_FOUND' })
})

it('does not publish an upload that has expired', async () => {
  const uploadId = await uploads(video.subgraph, alice, await makeClip({}))
  await video.sql('update uploads set expires_at = now() where id = $1', [uploadId])
  expect(await refusal(video.subgraph, alice, publishVideo, { uploadId })).toMatchObject({ code: 'NOT_FOUND' })
})

it('publishes an upload once, however often and at whatever time it is asked to', async () => {
  const dora = signedIn('111')
  const uploadId = await uploads(video.subgraph, dora, await makeClip({}))
  const ask3 = ['first', 'second', 'third'].map((title) =>
    ask<{ publishVideo: { video: PublishedVideo } }>(video.subgraph, dora, publishVideo, { uploadId, title }),
  )
  const [first, second, third] = (await Promise.all(ask3)).map((data) => data.publishVideo.video)
  expect(second).toEqual(first)
  expect(third).toEqual(first)
  const retried = await ask<{ publishVideo: { video: PublishedVideo } }>(video.subgraph, dora, publishVideo, {
    uploadId,
    title: 'after a lost answer',
  })
  expect(retried.publishVideo.video).toEqual(first)
  expect((await listsOf('111'))._entities[0].workCount).toBe(1)
  expect(await objectsOf(uploadId)).toHaveLength(2)
})

it('accepts a title of 100 characters, also of ones that take several bytes, and refuses one more', async () => {
  const title = '😀'.repeat(100)
  expect((await publishes(video.subgraph, alice, await makeClip({}), title)).title).toBe(title)
  const uploadId = await uploads(video.subgraph, alice, await makeClip({}))
  const answer = await refusal(video.subgraph, alice, publishVideo, { uploadId, title: `${title}x` })
  expect(answer.code).toBe('BAD_USER_INPUT')
  expect((await publishAgain(uploadId, 'shorter')).title).toBe('shorter')
})

it('asks people to sign in, and for an id that is one', async () => {
  expect(await refusal(video.subgraph, anonymous, 'mutation { createUpload { uploadId } }')).toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  const variables = { uploadId: '7' }
  expect(await refusal(video.subgraph, anonymous, publishVideo, variables)).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await refusal(video.subgraph, alice, publishVideo, variables)).toMatchObject({ code: 'NOT_FOUND' })
  expect(await refusal(video.subgraph, alice, publishVideo, { uploadId: '../7' })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})

it('tells what an upload may be', async () => {
  const limits = await ask(video.subgraph, anonymous, '{ uploadLimits { maxBytes maxDuration maxSide } }')
  expect(limits).toEqual({ uploadLimits: { maxBytes: 1024 * 1024, maxDuration: 10, maxSide: 1_280 } })
})
