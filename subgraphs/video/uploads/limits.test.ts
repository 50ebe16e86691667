import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { messageIn, PublicError } from '../../../platform/runtime/errors.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { createsUpload, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'
import { tooManyUploads } from '../publishing/errors.ts'

const alice = signedIn('101')
const bob = signedIn('102')
const limits = { maxBytes: 1024 * 1024, maxSeconds: 10, maxSide: 1_280, maxUploadsPerDay: 3 }
const createUpload = 'mutation { createUpload { uploadId limits { uploadsLeft } } }'

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph({ limits })
})
afterAll(() => video[Symbol.asyncDispose]())
beforeEach(() => video.sql('truncate upload_days'))

async function uploadsLeft(caller = alice): Promise<number | null> {
  const document = '{ uploadLimits { uploadsLeft } }'
  const data = await ask<{ uploadLimits: { uploadsLeft: number | null } }>(video.subgraph, caller, document)
  return data.uploadLimits.uploadsLeft
}

it('tells what an upload may be, to everyone and without asking the database', async () => {
  video.takeQueries()
  const document = '{ uploadLimits { maxBytes maxDuration maxSide maxUploadsPerDay uploadsLeft } }'
  expect(await ask(video.subgraph, anonymous, document)).toEqual({
    uploadLimits: {
      maxBytes: 1024 * 1024,
      maxDuration: 10,
      maxSide: 1_280,
      maxUploadsPerDay: 3,
      uploadsLeft: null,
    },
  })
  expect(video.takeQueries()).toEqual([])
})

it('lets everyone make so many uploads a day, and tells how many are left', async () => {
  expect(await uploadsLeft()).toBe(3)
  const data = await ask(video.subgraph, alice, createUpload)
  expect(data).toMatchObject({ createUpload: { limits: { uploadsLeft: 2 } } })
  await createsUpload(video.subgraph, alice)
  await createsUpload(video.subgraph, alice)
  expect(await uploadsLeft()).toBe(0)
  expect(await refusal(video.subgraph, alice, createUpload)).toEqual({
    code: 'RATE_LIMITED',
    message: 'You can upload 3 videos a day. Please try again after midnight UTC.',
  })
  await createsUpload(video.subgraph, bob)
  expect(await uploadsLeft(bob)).toBe(2)

  await video.sql('update upload_days set day = day - 1')
  expect(await uploadsLeft()).toBe(3)
  await createsUpload(video.subgraph, alice)
})

it('tells the limit in Chinese too', () => {
  const error = tooManyUploads(limits)
  expect(error).toBeInstanceOf(PublicError)
  expect(messageIn('zh', error)).toContain('每天最多上传 3 个视频')
})

it('makes no upload more when many are asked for at once', async () => {
  const asked = Array.from({ length: 12 }, () => createsUpload(video.subgraph, alice))
  const answers = await Promise.allSettled(asked)
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  expect(await uploadsLeft()).toBe(0)
})
