import { afterAll, beforeAll, expect, it } from 'vitest'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

let network: Network
let alice: TestPerson
let bob: TestPerson
beforeAll(async () => {
  network = await bootNetwork()
  alice = await network.person('alice')
  bob = await network.person('bob')
})
afterAll(() => network[Symbol.asyncDispose]())

interface VideoList {
  readonly status_code: number
  readonly video_list: readonly { readonly id: number; readonly title: string }[]
}

it('a video that is taken down is in no list of the app any more, and breaks none that it was in', async () => {
  const kept = await alice.publishes('kept')
  const gone = await alice.publishes('gone')
  for (const id of [kept, gone]) {
    await bob.likes(id)
    await bob.comments(id, 'nice')
  }
  const deletion = 'mutation ($videoId: ID!) { deleteVideo(input: { videoId: $videoId }) { author { workCount } } }'
  expect(await alice.asks(deletion, { videoId: gone })).toEqual({ deleteVideo: { author: { workCount: 1 } } })

  const lists = await Promise.all([
    bob.calls<VideoList>('GET', '/douyin/feed/'),
    bob.calls<VideoList>('GET', '/douyin/publish/list/', { user_id: alice.id }),
    bob.calls<VideoList>('GET', '/douyin/favorite/list/', { user_id: bob.id }),
  ])
  for (const list of lists) {
    expect(list.status_code).toBe(0)
    expect(list.video_list.map((video) => String(video.id))).toEqual([kept])
  }
  const byId = 'query ($id: ID!) { video(id: $id) { id favoriteCount } }'
  expect(await bob.asks(byId, { id: gone })).toEqual({ video: null })
})
