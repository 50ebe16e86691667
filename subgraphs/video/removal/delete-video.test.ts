import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import { startTestWorker } from '../../../testing/media-worker.ts'
import { becomes } from '../../../testing/renditions.ts'
import {
  objectsOf,
  doesScheduledJobs,
  openTestObjectStore,
  publishes,
  publishVideo,
  startVideoSubgraph,
  uploads,
  type PublishedVideo,
  type VideoSubgraph,
} from '../../../testing/video-subgraph.ts'
import { patience } from '../../../testing/waiting.ts'

const alice = signedIn('101')
const bob = signedIn('102')
const clip = await makeClip({})

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

const deletion =
  'mutation ($videoId: ID!) { deleteVideo(input: { videoId: $videoId }) { videoId author { id workCount } } }'

/** Ends every time of grace, and collects what is due. */
async function collects(): Promise<void> {
  await video.sql('update removals set due_at = now()')
  await doesScheduledJobs(video.databaseUrl)
  expect(await video.sql('select video_id from removals')).toEqual([])
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url, { method: 'HEAD' })).status
}

it('takes a video out of every list at once, and counts it no longer', async () => {
  const carol = signedIn('103')
  const cache = await publishes(video.subgraph, carol, clip)
  const { id } = await publishes(video.subgraph, carol, clip)
  const answer = await ask(video.subgraph, carol, deletion, { videoId: id })
  expect(answer).toEqual({ deleteVideo: { videoId: id, author: { id: '103', workCount: 1 } } })
  const lists = await ask(
    video.subgraph,
    anonymous,
    `query ($id: ID!, $people: [_Any!]!, $videos: [_Any!]!) {
      video(id: $id) { id }
      feed { edges { node { id } } }
      videos: _entities(representations: $videos) { ... on Video { id } }
      people: _entities(representations: $people) { ... on User { workCount videos { edges { node { id } } } } }
    }`,
    { id, people: [{ __typename: 'User', id: '103' }], videos: [{ __typename: 'Video', id }] },
  )
  const only = { edges: [{ node: { id: cache.id } }] }
  expect(lists).toEqual({ video: null, feed: only, videos: [null], people: [{ workCount: 1, videos: only }] })
  expect(await video.sql('select id from published_videos')).toEqual([{ id: cache.id }])
})

/** All addresses of a video's objects, including playlists and the files they refer to. */
async function addressesOf({ id, coverUrl, playUrl: original }: PublishedVideo): Promise<string[]> {
  const { playUrl, hlsUrl, coverUrl: newCoverUrl } = await becomes('READY', video.subgraph, alice, id)
  const addresses = [original, coverUrl, newCoverUrl, playUrl, hlsUrl ?? '']
  for (const url of addresses) {
    if (!url.endsWith('.m3u8')) continue
    const names = (await (await fetch(url)).text()).match(/hls-[\w-]+\.(m3u8|mp4)/g) ?? []
    addresses.push(...names.map((name) => new URL(name, url).href))
  }
  return [...new Set(addresses)]
}

it('lets whoever watches see it to the end, and then ends all its URLs', async () => {
  const published = await publishes(video.subgraph, alice, await makeClip({ width: 100 }))
  const newCover = 'mutation ($id: ID!) { setCover(input: { videoId: $id, time: 0.5 }) { video { coverUrl } } }'
  await ask(video.subgraph, alice, newCover, { id: published.id })
  await using _worker = await startTestWorker(video.databaseUrl)
  const addresses = await addressesOf(published)
  // Original, two covers, mp4, and one rung with its two playlists.
  expect(addresses).toHaveLength(7)
  await ask(video.subgraph, alice, deletion, { videoId: published.id })
  await doesScheduledJobs(video.databaseUrl)
  expect(await Promise.all(addresses.map(statusOf))).toEqual(addresses.map(() => 200))

  await collects()
  for (const url of addresses) expect([403, 404]).toContain(await statusOf(url))
  expect(await objectsOf(published.id)).toEqual([])
})

it('leaves nothing of a video whose renditions are made while it is taken down and removed', async () => {
  const objectStore = await openTestObjectStore()
  const { id } = await publishes(video.subgraph, alice, await makeClip({ width: 140 }))
  let isGone: Promise<void> | undefined
  const takeDown = async () => {
    await ask(video.subgraph, alice, deletion, { videoId: id })
    await collects()
  }
  const late: ObjectStore['upload'] = async (...file) => {
    if (file[1].includes(id)) await (isGone ??= takeDown())
    await objectStore.upload(...file)
  }
  await using _worker = await startTestWorker(video.databaseUrl, { objectStore: { ...objectStore, upload: late } })
  await vi.waitFor(async () => expect(await video.sql('select from graphile_worker.jobs')).toEqual([]), patience)
  await collects()
  expect(await objectsOf(id)).toEqual([])
})

it('keeps a file that another video of its author shares, until that is taken down too', async () => {
  const first = await publishes(video.subgraph, bob, clip)
  const second = await publishes(video.subgraph, bob, clip)
  expect(second.playUrl).toBe(first.playUrl)
  await ask(video.subgraph, bob, deletion, { videoId: first.id })
  await collects()
  expect(Buffer.from(await (await fetch(second.playUrl)).arrayBuffer())).toEqual(await readFile(clip))
  expect(await statusOf(first.coverUrl)).not.toBe(200)

  await ask(video.subgraph, bob, deletion, { videoId: second.id })
  await collects()
  expect(await statusOf(second.playUrl)).not.toBe(200)
  expect([...(await objectsOf(first.id)), ...(await objectsOf(second.id))]).toEqual([])
})

it('is for the author alone', async () => {
  const { id, playUrl } = await publishes(video.subgraph, alice, clip)
  expect(await refusal(video.subgraph, anonymous, deletion, { videoId: id })).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await refusal(video.subgraph, bob, deletion, { videoId: id })).toMatchObject({ code: 'FORBIDDEN' })
  expect(await ask(video.subgraph, anonymous, 'query ($id: ID!) { video(id: $id) { id } }', { id })).toEqual({
    video: { id },
  })
  expect(await statusOf(playUrl)).toBe(200)
})

it('says so when there is no such video, or no longer', async () => {
  const { id } = await publishes(video.subgraph, alice, clip)
  await ask(video.subgraph, alice, deletion, { videoId: id })
  expect(await refusal(video.subgraph, alice, deletion, { videoId: id })).toMatchObject({ code: 'NOT_FOUND' })
  expect(await refusal(video.subgraph, alice, deletion, { videoId: '404' })).toMatchObject({ code: 'NOT_FOUND' })
  expect(await refusal(video.subgraph, alice, deletion, { videoId: '0' })).toMatchObject({ code: 'BAD_USER_INPUT' })
})

it('counts once however often it is sent at the same time', async () => {
  const dave = signedIn('104')
  const ids = [await publishes(video.subgraph, dave, clip), await publishes(video.subgraph, dave, clip)].map(
    ({ id }) => id,
  )
  const attempts = ids.flatMap((videoId) => Array.from({ length: 5 }, () => ({ videoId })))
  const answers = await Promise.all(
    attempts.map((variables) => video.subgraph.execute({ query: deletion, variables }, dave)),
  )
  expect(answers.filter(({ errors }) => !errors)).toHaveLength(2)
  expect(await video.sql('select work_count from author_counts where author_id = 104')).toEqual([{ work_count: 0 }])
})

it('does not come back when the same upload is published again', async () => {
  const uploadId = await uploads(video.subgraph, alice, clip)
  await ask(video.subgraph, alice, publishVideo, { uploadId })
  await ask(video.subgraph, alice, deletion, { videoId: uploadId })
  expect(await refusal(video.subgraph, alice, publishVideo, { uploadId })).toMatchObject({ code: 'NOT_FOUND' })
})

it('is tried again when the object store is away', async () => {
  const { id } = await publishes(video.subgraph, alice, await makeClip({ width: 120 }))
  await ask(video.subgraph, alice, deletion, { videoId: id })
  await video.sql('update removals set due_at = now()')
  const objectStore = await openTestObjectStore()
  const remove = () => Promise.reject(new Error('broken'))
  await expect(doesScheduledJobs(video.databaseUrl, { ...objectStore, remove })).rejects.toThrow('broken')
  expect(await video.sql('select video_id from removals where video_id = $1', [id])).toHaveLength(1)
  await collects()
  expect(await objectsOf(id)).toEqual([])
})
