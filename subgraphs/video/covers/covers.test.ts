import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, dirname } from 'node:path'
import { promisify } from 'node:util'
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } from 'thumbhash'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import { publishes, startVideoSubgraph, uploads, type VideoSubgraph } from '../../../testing/video-subgraph.ts'

const alice = signedIn('101')
const bob = signedIn('102')

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

interface Cover {
  readonly id: string
  readonly coverUrl: string
  readonly thumbhash: string
}

const fields = 'video { id coverUrl thumbhash }'
const publish = `mutation ($uploadId: ID!, $coverTime: Float) {
  publishVideo(input: { uploadId: $uploadId, coverTime: $coverTime }) { ${fields} }
}`
const change = `mutation ($videoId: ID!, $time: Float, $uploadId: ID) {
  setCover(input: { videoId: $videoId, time: $time, uploadId: $uploadId }) { ${fields} }
}`

/** A blue clip of two seconds that begins in another colour. */
function clipThatBegins(colour: string, seconds: number): Promise<string> {
  const box = `drawbox=color=${colour}:t=fill:enable='lt(t,${seconds})'`
  return makeClip({ seconds: 2, picture: 'color=blue', output: ['-vf', box] })
}

async function publishesWithCover(clip: string, coverTime?: number): Promise<Cover> {
  const variables = { uploadId: await uploads(video.subgraph, alice, clip), coverTime }
  const data = await ask<{ publishVideo: { video: Cover } }>(video.subgraph, alice, publish, variables)
  return data.publishVideo.video
}

async function setsCover(variables: Record<string, unknown>): Promise<Cover> {
  return (await ask<{ setCover: { video: Cover } }>(video.subgraph, alice, change, variables)).setCover.video
}

/** The dominant colour of a placeholder. */
function colourOf({ thumbhash }: Cover): 'red' | 'green' | 'blue' | 'black' {
  const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(thumbhash, 'base64'))
  if (Math.max(r, g, b) < 0.2) return 'black'
  return r > g && r > b ? 'red' : g > b ? 'green' : 'blue'
}

/** A green picture in a file. */
async function makePicture(suffix: 'png' | 'jpg' | 'webp'): Promise<string> {
  const path = join(dirname(await makeClip({})), `green.${suffix}`)
  const source = 'color=green:size=300x200:rate=1:duration=1'
  await promisify(execFile)(inject('services').ffmpegPath, ['-y', '-f', 'lavfi', '-i', source, '-frames:v', '1', path])
  return path
}

it('leaves out the black with which a video begins', async () => {
  expect(colourOf(await publishesWithCover(await clipThatBegins('black', 0.8)))).toBe('blue')
})

it('has a cover also of a video that stays dark, and of one of a single picture', async () => {
  const dark = await publishesWithCover(await makeClip({ picture: 'color=black', seconds: 0.5 }))
  expect(colourOf(dark)).toBe('black')
  expect((await fetch(dark.coverUrl)).headers.get('content-type')).toBe('image/jpeg')
  await publishesWithCover(await makeClip({ seconds: 1, output: ['-frames:v', '1'] }))
})

it('takes the picture of the moment that its author chose; behind the end, the last', async () => {
  const clip = await clipThatBegins('red', 1)
  expect(colourOf(await publishesWithCover(clip, 0.5))).toBe('red')
  expect(colourOf(await publishesWithCover(clip, 0))).toBe('red')
  expect(colourOf(await publishesWithCover(clip, 1.5))).toBe('blue')
  expect(colourOf(await publishesWithCover(clip, 1e300))).toBe('blue')
})

it('refuses a moment before the beginning, and keeps the upload', async () => {
  const uploadId = await uploads(video.subgraph, alice, await makeClip({}))
  const answer = await refusal(video.subgraph, alice, publish, { uploadId, coverTime: -0.1 })
  expect(answer.code).toBe('BAD_USER_INPUT')
  await ask(video.subgraph, alice, publish, { uploadId })
})

it('has a placeholder in the shape of the cover', async () => {
  const { thumbhash } = await publishesWithCover(await makeClip({ width: 320, height: 180 }))
  expect(Buffer.from(thumbhash, 'base64').length).toBeLessThan(40)
  expect(thumbHashToApproximateAspectRatio(Buffer.from(thumbhash, 'base64'))).toBeCloseTo(16 / 9, 0)
})

it('changes a cover to another moment, under an address of its own', async () => {
  const first = await publishesWithCover(await clipThatBegins('red', 1), 0)
  const second = await setsCover({ videoId: first.id, time: 1.5 })
  expect([colourOf(first), colourOf(second)]).toEqual(['red', 'blue'])
  expect(second.coverUrl).not.toBe(first.coverUrl)
  for (const { coverUrl } of [first, second]) expect((await fetch(coverUrl)).status).toBe(200)
  const document = 'query ($id: ID!) { video(id: $id) { id coverUrl thumbhash } }'
  expect(await ask(video.subgraph, anonymous, document, { id: first.id })).toEqual({ video: second })
})

it.each(['png', 'jpg', 'webp'] as const)('changes a cover to an uploaded picture in %s', async (suffix) => {
  const { id } = await publishes(video.subgraph, alice, await makeClip({}))
  const uploadId = await uploads(video.subgraph, alice, await makePicture(suffix))
  const changed = await setsCover({ videoId: id, uploadId })
  expect(colourOf(changed)).toBe('green')
  const bytes = Buffer.from(await (await fetch(changed.coverUrl)).arrayBuffer())
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
  const again = await refusal(video.subgraph, alice, change, { videoId: id, uploadId })
  expect(again.code).toBe('NOT_FOUND')
})

it('refuses what is no picture, another person, and what is not there, and changes nothing', async () => {
  const { id, coverUrl } = await publishes(video.subgraph, alice, await makeClip({}))
  const clipId = await uploads(video.subgraph, alice, await makeClip({}))
  const tornId = await uploads(video.subgraph, alice, (await readFile(await makePicture('png'))).subarray(0, 60))
  const foreignId = await uploads(video.subgraph, bob, await makePicture('png'))
  const codes = async (caller: typeof alice, variables: Record<string, unknown>) =>
    (await refusal(video.subgraph, caller, change, variables)).code
  expect(await codes(alice, { videoId: id, uploadId: clipId })).toBe('UNSUPPORTED_MEDIA')
  expect(await codes(alice, { videoId: id, uploadId: tornId })).toBe('UNSUPPORTED_MEDIA')
  expect(await codes(alice, { videoId: id, uploadId: foreignId })).toBe('NOT_FOUND')
  expect(await codes(alice, { videoId: id, uploadId: clipId, time: 1 })).toBe('BAD_USER_INPUT')
  expect(await codes(alice, { videoId: id, time: -1 })).toBe('BAD_USER_INPUT')
  expect(await codes(alice, { videoId: '404', time: 0 })).toBe('NOT_FOUND')
  expect(await codes(bob, { videoId: id, time: 0 })).toBe('FORBIDDEN')
  expect(await codes(anonymous, { videoId: id, time: 0 })).toBe('UNAUTHENTICATED')
  const document = 'query ($id: ID!) { video(id: $id) { coverUrl } }'
  expect(await ask(video.subgraph, anonymous, document, { id })).toEqual({ video: { coverUrl } })
})
