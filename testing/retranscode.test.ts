import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { publicBucket } from '../platform/storage/object-store.ts'
import { runRetranscode } from '../start/retranscode.ts'
import type { Worker } from '../subgraphs/video/worker.ts'
import { signedIn } from './callers.ts'
import { makeClip } from './clips.ts'
import { startTestWorker } from './media-worker.ts'
import { makePacedFfmpeg } from './paced-ffmpeg.ts'
import { becomes, seesProcessed } from './renditions.ts'
import { openTestObjectStore, publishes, startVideoSubgraph, type VideoSubgraph } from './video-subgraph.ts'

const alice = signedIn('101')

let video: VideoSubgraph
let worker: Worker | undefined
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterEach(async () => {
  await worker?.[Symbol.asyncDispose]()
  worker = undefined
})
afterAll(() => video[Symbol.asyncDispose]())

/** What `npm start -- retranscode` prints. */
async function printed(...parameters: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  const environment = readEnvironment({ DATABASE_URL: video.databaseUrl })
  await runRetranscode(environment, parameters, (line) => lines.push(line), createLogger('silent', 'test'))
  return lines
}

/** Puts another file in the place of a video's original. */
async function replaceOriginal(id: string, clip: string): Promise<void> {
  const [{ play_key: key } = {}] = await video.sql('select play_key from videos where id = $1', [id])
  await (await openTestObjectStore()).upload(publicBucket, String(key), clip, 'video/mp4')
}

const jobs = 'select payload from graphile_worker._private_jobs where key = $1'

it('makes the renditions of a video anew, while the old ones are played', { timeout: 60_000 }, async () => {
  worker = await startTestWorker(video.databaseUrl)
  const { id } = await publishes(video.subgraph, alice, await makeClip({ seconds: 0.4 }))
  const before = await becomes('READY', video.subgraph, alice, id)
  await worker[Symbol.asyncDispose]()
  await replaceOriginal(id, await makeClip({ seconds: 3, width: 240, height: 320 }))

  expect(await printed(id)).toEqual([
    `The renditions of video ${id} are made anew; those that it has are played until then.`,
  ])
  await printed(id)
  expect(await video.sql(jobs, [`transcode:${id}`])).toHaveLength(1)

  worker = await startTestWorker(video.databaseUrl, { ffmpegPath: await makePacedFfmpeg() })
  const isBegun = () => video.sql(`${jobs} and locked_at is not null`, [`transcode:${id}`])
  await expect.poll(isBegun, { timeout: 20_000 }).toHaveLength(1)
  expect(await seesProcessed(video.subgraph, alice, id)).toEqual(before)

  const playUrl = async () => (await seesProcessed(video.subgraph, alice, id)).playUrl
  await expect.poll(playUrl, { timeout: 40_000 }).not.toBe(before.playUrl)
  const after = await seesProcessed(video.subgraph, alice, id)
  expect(after).toMatchObject({ status: 'READY', progress: 100, failureReason: null })
  expect(after.renditions.map(({ name, width }) => [name, width])).toEqual([
    ['hls', 240],
    ['mp4-240', 240],
  ])
  // Who began to play before plays to the end: the old files go with a sweep.
  for (const url of [after.playUrl, after.hlsUrl, before.playUrl, before.hlsUrl]) {
    expect((await fetch(url ?? '')).status).toBe(200)
  }
})

it('tries a video again that has failed', { timeout: 60_000 }, async () => {
  const { id } = await publishes(video.subgraph, alice, await makeClip({ seconds: 0.5 }))
  const silent = await makeClip({ picture: null })
  await replaceOriginal(id, silent)
  worker = await startTestWorker(video.databaseUrl)
  await becomes('FAILED', video.subgraph, alice, id)

  await replaceOriginal(id, await makeClip({ seconds: 0.5 }))
  await printed(id)
  expect(await becomes('READY', video.subgraph, alice, id)).toMatchObject({ failureReason: null, progress: 100 })
})

it('leaves a video as it was when its renditions cannot be made anew', { timeout: 60_000 }, async () => {
  worker = await startTestWorker(video.databaseUrl)
  const { id } = await publishes(video.subgraph, alice, await makeClip({ seconds: 0.6 }))
  const before = await becomes('READY', video.subgraph, alice, id)
  await replaceOriginal(id, await makeClip({ picture: null }))
  await printed(id)
  await expect.poll(() => video.sql(jobs, [`transcode:${id}`]), { timeout: 20_000 }).toEqual([])
  expect(await seesProcessed(video.subgraph, alice, id)).toEqual(before)
})

it('tells in one line what cannot be done', async () => {
  await expect(printed()).rejects.toThrow('Say which: npm start -- retranscode VIDEO')
  for (const id of ['1', 'sunset']) await expect(printed(id)).rejects.toThrow(`There is no video “${id}”.`)
})
