import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, signedIn } from '../../../testing/callers.ts'
import { makeUniqueClip } from '../../../testing/clips.ts'
import { objectsOf, publishes, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'

const alice = signedIn('101')
const bob = signedIn('102')

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

it('stores a file once that its author publishes twice, and shows both videos', async () => {
  const clip = await makeUniqueClip()
  const first = await publishes(video.subgraph, alice, clip, 'first')
  const again = await publishes(video.subgraph, alice, clip, 'again')
  expect(again).toMatchObject({ title: 'again', playUrl: first.playUrl, duration: first.duration })
  expect(again.id).not.toBe(first.id)
  expect((await fetch(again.coverUrl)).status).toBe(200)
  expect(await objectsOf(again.id)).toEqual([expect.stringContaining('/covers/')])

  const duplicateOf = async (id: string, caller = alice) => {
    const document = 'query ($id: ID!) { video(id: $id) { duplicateOf { title } } }'
    return (await ask<{ video: { duplicateOf: unknown } }>(video.subgraph, caller, document, { id })).video.duplicateOf
  }
  expect(await duplicateOf(again.id)).toEqual({ title: 'first' })
  expect(await duplicateOf(first.id)).toBeNull()
  expect(await duplicateOf(again.id, bob)).toBeNull()

  const other = await publishes(video.subgraph, bob, clip)
  expect(other.playUrl).not.toBe(first.playUrl)
  expect(await objectsOf(other.id)).toHaveLength(2)
})
