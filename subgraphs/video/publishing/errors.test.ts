import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import {
  createsUpload,
  objectsOf,
  publishVideo,
  sends,
  startVideoSubgraph,
  uploads,
  type VideoSubgraph,
} from '../../../testing/video-subgraph.ts'

const alice = signedIn('101')

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

const refused: readonly [string, () => Promise<string | Buffer>, string, RegExp][] = [
  ['random bytes', () => Promise.resolve(randomBytes(10_000)), 'UNSUPPORTED_MEDIA', /not a video/],
  [
    'a text',
    () => Promise.resolve(Buffer.from('#EXTM3U\nhttp://169.254.169.254/')),
    'UNSUPPORTED_MEDIA',
    /not a video/,
  ],
  ['one byte', () => Promise.resolve(Buffer.from('x')), 'UNSUPPORTED_MEDIA', /not a video/],
  ['sound alone', () => makeClip({ picture: null }), 'UNSUPPORTED_MEDIA', /no picture/],
  ['a file without its end', () => cut({}, 0.5), 'UNSUPPORTED_MEDIA', /damaged or incomplete/],
  [
    'a file of which half arrived',
    () => cut({ output: ['-movflags', '+faststart'] }, 0.6),
    'UNSUPPORTED_MEDIA',
    /incomplete/,
  ],
  ['a header and nothing else', () => cut({}, 0.002), 'UNSUPPORTED_MEDIA', /damaged/],
  [
    'a video that is too long',
    () => makeClip({ seconds: 11, width: 32, height: 32 }),
    'TOO_LARGE',
    /at most 10 seconds/,
  ],
  ['a picture that is too large', () => makeClip({ width: 1_282, height: 4 }), 'TOO_LARGE', /at most 1280 pixels/],
  [
    'a picture that is far too large',
    () => makeClip({ seconds: 0.2, width: 2_000, height: 2_000 }),
    'TOO_LARGE',
    /at most 1280 pixels/,
  ],
  [
    'a format that is not accepted',
    () => makeClip({ container: 'mov', output: ['-c:v', 'cinepak', '-pix_fmt', 'rgb24'] }),
    'UNSUPPORTED_MEDIA',
    /Cinepak format are not supported.*H\.264/,
  ],
]

async function cut(options: Parameters<typeof makeClip>[0], share: number): Promise<Buffer> {
  const bytes = await readFile(await makeClip(options))
  return bytes.subarray(0, Math.max(40, bytes.length * share))
}

it.each(refused)('refuses %s, and keeps nothing of it', async (_, makeFile, code, message) => {
  const uploadId = await uploads(video.subgraph, alice, await makeFile())
  const answer = await refusal(video.subgraph, alice, publishVideo, { uploadId })
  expect(answer).toEqual({ code, message: expect.stringMatching(message) as string })
  expect(await video.sql('select id from uploads where closed_at is null union all select id from videos')).toEqual([])
  expect(await objectsOf(uploadId)).toEqual([])
  expect(await ask(video.subgraph, anonymous, '{ feed { edges { cursor } } }')).toEqual({ feed: { edges: [] } })
})

it('lets nobody send an empty file, or one over the limit', async () => {
  const upload = await createsUpload(video.subgraph, alice)
  expect((await sends(upload, new Blob([]))).status).toBe(400)
  expect((await sends(upload, new Blob([new Uint8Array(1024 * 1024 + 1)]))).status).toBe(400)
  expect(await objectsOf(upload.uploadId)).toEqual([])
  await video.sql('delete from uploads')
})

it('refuses a file over the limit that reached the store all the same', async () => {
  const uploadId = await uploads(video.subgraph, alice, await makeClip({}))
  await using strict = await startVideoSubgraph({
    limits: { maxBytes: 1_000, maxSeconds: 10, maxSide: 1_280, maxUploadsPerDay: 9 },
  })
  await strict.sql(`insert into uploads (id, owner_id, expires_at) values ($1, 101, now() + interval '1 day')`, [
    uploadId,
  ])
  expect(await refusal(strict.subgraph, alice, publishVideo, { uploadId })).toMatchObject({ code: 'TOO_LARGE' })
  expect(await objectsOf(uploadId)).toEqual([])
})
