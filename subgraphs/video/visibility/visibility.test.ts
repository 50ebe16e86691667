import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import { ask, refusal, signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import {
  doesScheduledJobs,
  objectsOf,
  openTestObjectStore,
  publishes,
  startVideoSubgraph,
  uploads,
  type VideoSubgraph,
} from '../../../testing/video-subgraph.ts'

const [alice, bob] = [signedIn('1'), signedIn('2')]
const setVisibility = `mutation ($id: ID!, $visibility: VideoVisibility!) {
  setVideoVisibility(input: { videoId: $id, visibility: $visibility }) { video { visibility playUrl author { workCount } } }
}`
const publish = `mutation ($uploadId: ID!, $visibility: VideoVisibility!) {
  publishVideo(input: { uploadId: $uploadId, visibility: $visibility }) { video { id visibility duplicateOf { id } } }
}`

let video: VideoSubgraph
let store: ObjectStore
let fails: ((step: 'copy' | 'remove') => boolean) | undefined
beforeAll(async () => {
  store = await openTestObjectStore()
  const failing = (step: 'copy' | 'remove'): void => {
    if (fails?.(step)) throw new Error('the store is away')
  }
  video = await startVideoSubgraph({
    objectStore: {
      ...store,
      async copy(...places) {
        failing('copy')
        return store.copy(...places)
      },
      async remove(...place) {
        failing('remove')
        return store.remove(...place)
      },
    },
  })
})
afterAll(() => video[Symbol.asyncDispose]())

let height = 180
/** A file that was not published before, because public videos share files. */
const anotherClip = (): Promise<string> => makeClip({ seconds: 1, width: 320, height: (height += 2) })

const sets = (id: string, visibility: string) => ask(video.subgraph, alice, setVisibility, { id, visibility })

async function publishesWith(visibility: string, file: string): Promise<{ id: string; duplicateOf: unknown }> {
  const uploadId = await uploads(video.subgraph, alice, file)
  const data = await ask<{ publishVideo: { video: { id: string; duplicateOf: unknown } } }>(
    ...([video.subgraph, alice, publish, { uploadId, visibility }] as const),
  )
  return data.publishVideo.video
}

async function keysOf(id: string): Promise<string[]> {
  const [row] = await video.sql('select play_key, cover_key from videos where id = $1', [id])
  return [String(row?.['play_key']), String(row?.['cover_key'])]
}

/** The keys of all stored objects of a video. */
async function storedOf(id: string): Promise<string[]> {
  return (await objectsOf(id)).map((place) => place.slice(place.indexOf('/') + 1)).sort()
}

describe('a change of visibility', () => {
  it('moves all objects, and leaves none behind', async () => {
    const { id } = await publishes(video.subgraph, alice, await anotherClip())
    const first = await keysOf(id)
    for (const visibility of ['PRIVATE', 'FRIENDS', 'PRIVATE', 'PUBLIC', 'FRIENDS', 'PUBLIC']) {
      await sets(id, visibility)
      const keys = await keysOf(id)
      expect(keys.every((key) => key.startsWith('restricted/'))).toBe(visibility !== 'PUBLIC')
      expect(await storedOf(id)).toEqual([...keys].sort())
      expect(keys).not.toEqual(first)
    }
    expect(await video.sql('select from moved_objects')).toEqual([])
  })

  it('does nothing when it is the one that there is', async () => {
    const { id } = await publishes(video.subgraph, alice, await anotherClip())
    const keys = await keysOf(id)
    await sets(id, 'PUBLIC')
    expect(await keysOf(id)).toEqual(keys)
  })

  it('is refused to everyone else, who learn of a video only if they may see it', async () => {
    const { id } = await publishes(video.subgraph, alice, await anotherClip())
    const asks = (caller = bob) => refusal(video.subgraph, caller, setVisibility, { id, visibility: 'PRIVATE' })
    expect(await asks()).toMatchObject({ code: 'FORBIDDEN' })
    await sets(id, 'PRIVATE')
    expect(await asks()).toMatchObject({ code: 'NOT_FOUND' })
    expect(await refusal(video.subgraph, alice, setVisibility, { id: '999', visibility: 'PUBLIC' })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await refusal(video.subgraph, alice, setVisibility, { id, visibility: 'SECRET' })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  })

  it('is counted', async () => {
    const counts = () => video.sql('select work_count, restricted_count from author_counts where author_id = 1')
    const [before] = await counts()
    const { id } = await publishesWith('FRIENDS', await anotherClip())
    const restricted = Number(before?.['restricted_count'])
    const work_count = Number(before?.['work_count']) + 1
    expect(await counts()).toEqual([{ work_count, restricted_count: restricted + 1 }])
    await sets(id, 'PRIVATE')
    expect(await counts()).toEqual([{ work_count, restricted_count: restricted + 1 }])
    await sets(id, 'PUBLIC')
    expect(await counts()).toEqual([{ work_count, restricted_count: restricted }])
    await sets(id, 'PRIVATE')
    await ask(video.subgraph, alice, `mutation { deleteVideo(input: { videoId: ${id} }) { videoId } }`)
    expect(await counts()).toEqual([before])
  })

  it('ends in one of several that are wanted at once', async () => {
    const { id } = await publishes(video.subgraph, alice, await anotherClip())
    const wanted = ['PRIVATE', 'FRIENDS', 'PUBLIC', 'PRIVATE', 'FRIENDS', 'PUBLIC', 'PRIVATE']
    await Promise.all(wanted.map((visibility) => sets(id, visibility)))
    const [row] = await video.sql('select visibility from videos where id = $1', [id])
    const keys = await keysOf(id)
    expect(keys.every((key) => key.startsWith('restricted/'))).toBe(row?.['visibility'] !== 'PUBLIC')
    expect(await storedOf(id)).toEqual([...keys].sort())
    const [counts] = await video.sql(
      `select restricted_count - (select count(*) from videos where author_id = 1 and visibility <> 'PUBLIC') as difference
       from author_counts where author_id = 1`,
    )
    expect(Number(counts?.['difference'])).toBe(0)
  })

  it('does not happen when the store fails to copy', async () => {
    const { id } = await publishes(video.subgraph, alice, await anotherClip())
    const keys = await keysOf(id)
    let times = 0
    fails = (step) => step === 'copy' && ++times === 2
    expect(await refusal(video.subgraph, alice, setVisibility, { id, visibility: 'PRIVATE' })).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    })
    fails = undefined
    expect(await keysOf(id)).toEqual(keys)
    expect(await storedOf(id)).toEqual([...keys].sort())
  })

  it('leaves to a scheduled job what the store fails to remove', async () => {
    const { id } = await publishes(video.subgraph, alice, await anotherClip())
    const former = await keysOf(id)
    fails = (step) => step === 'remove'
    await sets(id, 'PRIVATE')
    fails = undefined
    expect(await storedOf(id)).toEqual([...former, ...(await keysOf(id))].sort())
    await doesScheduledJobs(video.databaseUrl)
    expect(await storedOf(id)).toEqual([...(await keysOf(id))].sort())
    expect(await video.sql('select from moved_objects')).toEqual([])
  })
})

describe('a file that its author published twice', () => {
  it('is shared by public videos alone, and stays for the other one when the visibility of one changes', async () => {
    const clip = await anotherClip()
    const first = await publishesWith('PUBLIC', clip)
    const second = await publishesWith('PUBLIC', clip)
    expect(second.duplicateOf).toEqual({ id: first.id })
    const [shared = ''] = await keysOf(second.id)
    const hidden = await publishesWith('PRIVATE', clip)
    expect(hidden.duplicateOf).toBeNull()
    expect((await keysOf(hidden.id))[0]).not.toBe(shared)

    await sets(first.id, 'PRIVATE')
    expect(await store.stat('media', shared)).not.toBeNull()
    await sets(second.id, 'PRIVATE')
    expect(await store.stat('media', shared)).toBeNull()
    for (const { id } of [first, second, hidden]) {
      const [playKey = ''] = await keysOf(id)
      expect(await store.stat('restricted', playKey)).not.toBeNull()
    }
  })
})

it('stores a new cover of a private video where the others are, and deletes all of it', async () => {
  const { id } = await publishesWith('PRIVATE', await anotherClip())
  await ask(video.subgraph, alice, `mutation { setCover(input: { videoId: ${id}, time: 0 }) { video { id } } }`)
  const [playKey = '', coverKey = ''] = await keysOf(id)
  expect(coverKey.slice(0, coverKey.lastIndexOf('/'))).toBe(playKey.slice(0, playKey.lastIndexOf('/')))
  await ask(video.subgraph, alice, `mutation { deleteVideo(input: { videoId: ${id} }) { videoId } }`)
  await video.sql('update removals set due_at = now()')
  await doesScheduledJobs(video.databaseUrl)
  expect(await storedOf(id)).toEqual([])
})
