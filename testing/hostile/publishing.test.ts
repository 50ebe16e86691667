import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { uploadBucket } from '../../platform/storage/object-store.ts'
import { uploadKey } from '../../subgraphs/video/storage/object-keys.ts'
import { anonymous, ask, refusal, signedIn } from '../callers.ts'
import {
  createsUpload,
  objectsOf,
  openTestObjectStore,
  publishVideo,
  startVideoSubgraph,
  type VideoSubgraph,
} from '../video-subgraph.ts'
import { consumptionOf } from './consumption.ts'
import { writeCorpus } from './corpus.ts'
import { openListener } from './listener.ts'

const megabyte = 1024 * 1024
const alice = signedIn('101')

const folder = await mkdtemp(join(tmpdir(), 'hostile-'))
const temporary = join(folder, 'temporary')
const listener = await openListener()
const corpus = await writeCorpus(folder, inject('services').ffmpegPath, listener.address)
const named = corpus.map((file) => [file.name, file] as const)

let video: VideoSubgraph
beforeAll(async () => {
  await mkdir(temporary)
  // Programs with an account of their own must be able to enter.
  for (const path of [folder, temporary]) await chmod(path, 0o711)
  vi.stubEnv('TMPDIR', temporary)
  video = await startVideoSubgraph()
})
afterAll(async () => {
  await video[Symbol.asyncDispose]()
  await listener[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

/** Stores a file directly, because the form would not accept an empty one. */
async function upload(path: string): Promise<string> {
  const { uploadId } = await createsUpload(video.subgraph, alice)
  const objectStore = await openTestObjectStore()
  await objectStore.upload(uploadBucket, uploadKey(uploadId), path, 'video/mp4')
  return uploadId
}

/** Requests the feed until a promise settles; returns the longest time an answer took, in milliseconds. */
async function longestAnswerUntil(done: Promise<unknown>): Promise<number> {
  let longest = 0
  const timer = setInterval(() => {
    const started = Date.now()
    void ask(video.subgraph, anonymous, '{ feed { edges { cursor } } }').then(() => {
      longest = Math.max(longest, Date.now() - started)
    })
  }, 50)
  await done.finally(() => clearInterval(timer))
  return longest
}

describe.runIf(process.platform === 'linux')('publishing meets', () => {
  it.each(named)('%s, at a bounded cost, and goes on serving', async (_, { path, refusal: reason }) => {
    const uploadId = await upload(path)
    let longestAnswer = 0
    const cost = await consumptionOf(temporary, async () => {
      const answer = reason
        ? refusal(video.subgraph, alice, publishVideo, { uploadId })
        : ask(video.subgraph, alice, publishVideo, { uploadId })
      longestAnswer = await longestAnswerUntil(answer)
      if (reason) expect((await answer).message).toMatch(reason)
    })
    expect(cost.cpuSeconds).toBeLessThan(30)
    expect(cost.peakMemory).toBeLessThan(400 * megabyte)
    expect(cost.peakDisk).toBeLessThan(4 * megabyte)
    expect(longestAnswer).toBeLessThan(2_000)
    expect(await readdir(temporary)).toEqual([])
    if (reason) {
      expect(await objectsOf(uploadId)).toEqual([])
      expect(await video.sql('select id from videos where id = $1', [uploadId])).toEqual([])
    }
  })

  it('nobody outside: none of the files made a program call anybody', async () => {
    expect(listener.calls).toBe(0)
    await (await fetch(listener.address)).text()
    expect(listener.calls).toBe(1)
  })
})
