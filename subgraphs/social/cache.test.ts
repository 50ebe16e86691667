import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Caller } from '../../platform/auth/caller.ts'
import { noChanges } from '../../platform/caching/changes.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { anew, anonymous, ask, signedIn } from '../../testing/callers.ts'
import { advanceClock, releaseClock, stopClock } from '../../testing/clock.ts'
import { comment } from '../../testing/comments.ts'
import { entities, startTestSocial, type TestSocial } from '../../testing/social.ts'
import { createSocialCache } from './cache.ts'

let social: TestSocial
/** Two processes on one database that do not notify each other of writes. */
let here: Subgraph
let elsewhere: Subgraph
beforeAll(async () => {
  social = await startTestSocial()
  here = social.subgraph
  elsewhere = await social.startProcess()
})
afterAll(() => social[Symbol.asyncDispose]())
beforeEach(stopClock)
afterEach(releaseClock)

const like =
  'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { favoriteCount } viewer { favoriteCount } } }'
const follow =
  'mutation ($id: ID!) { followUser(input: { userId: $id }) { user { followerCount } viewer { followingCount } } }'
const block = 'mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }'
const deleteComment = 'mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { commentId } }'
const commentList = 'commentCount comments { edges { node { content author { followingCount } } } }'

interface Commented {
  readonly commentCount: number
  readonly comments: {
    readonly edges: readonly {
      readonly node: { readonly content: string; readonly author: { followingCount: number } }
    }[]
  }
}

async function likesOf(subgraph: Subgraph, videoId: string, caller: Caller = anonymous): Promise<number | undefined> {
  const [video] = await entities<{ favoriteCount: number }>(subgraph, caller, 'Video', [videoId], 'favoriteCount')
  return video?.favoriteCount
}

async function commentsUnder(subgraph: Subgraph, videoId: string, caller: Caller = anonymous): Promise<string[]> {
  const [video] = await entities<Commented>(subgraph, caller, 'Video', [videoId], commentList)
  expect(video?.commentCount).toBe(video?.comments.edges.length)
  return video?.comments.edges.map(({ node }) => node.content) ?? []
}

interface Followed {
  readonly followerCount: number
  readonly followers: { readonly edges: readonly { readonly node: { readonly id: string } }[] }
}

async function followersOf(subgraph: Subgraph, userId: string, caller: Caller = anonymous): Promise<string[]> {
  const list = 'followerCount followers { edges { node { id } } }'
  const [person] = await entities<Followed>(subgraph, caller, 'User', [userId], list)
  expect(person?.followerCount).toBe(person?.followers.edges.length)
  return person?.followers.edges.map(({ node }) => node.id) ?? []
}

it('answers whoever looks at what is kept without any statement', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(alice)
  await comment(here, bob, videoId, 'nice')
  advanceClock(1)
  const look = () => Promise.all([likesOf(here, videoId), commentsUnder(here, videoId), followersOf(here, alice)])
  await look()
  social.takeQueries()
  expect(await look()).toEqual([0, ['nice'], []])
  expect(social.takeQueries()).toEqual([])
})

it('reads once what many ask for at the same time, also what there is not', async () => {
  const [alice = ''] = await social.register(1)
  const videoId = await social.publish(alice)
  social.takeQueries()
  await Promise.all(Array.from({ length: 200 }, () => likesOf(here, videoId)))
  expect(social.takeQueries()).toHaveLength(1)
  expect(await likesOf(here, videoId)).toBe(0)
  expect(social.takeQueries()).toEqual([])
})

it('shows a like at once to everybody in its process, of the video, its author and whoever likes it', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(alice)
  const counts = async () => [
    await likesOf(here, videoId),
    ...(await entities(here, anonymous, 'User', [alice, bob], 'totalFavorited favoriteCount')),
  ]
  await counts()
  advanceClock(1)
  expect(await ask(here, signedIn(bob), like, { id: videoId })).toEqual({
    favoriteVideo: { video: { favoriteCount: 1 }, viewer: { favoriteCount: 1 } },
  })
  expect(await counts()).toEqual([1, { totalFavorited: 1, favoriteCount: 0 }, { totalFavorited: 0, favoriteCount: 1 }])
})

it('shows follows, comments and their ends at once to everybody in their process', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(alice)
  const look = () => Promise.all([followersOf(here, alice), commentsUnder(here, videoId)])
  await look()
  advanceClock(1)
  expect(await ask(here, signedIn(bob), follow, { id: alice })).toEqual({
    followUser: { user: { followerCount: 1 }, viewer: { followingCount: 1 } },
  })
  const { id } = await comment(here, bob, videoId, 'nice')
  expect(await look()).toEqual([[bob], ['nice']])
  advanceClock(1)
  await ask(here, signedIn(alice), block, { id: bob })
  await ask(here, signedIn(bob), deleteComment, { id })
  expect(await look()).toEqual([[], []])
})

it('shows in another process at once what the viewer wrote, and then to all there', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(alice)
  const look = async (caller: Caller) => [
    await likesOf(elsewhere, videoId, caller),
    await followersOf(elsewhere, alice, caller),
    await commentsUnder(elsewhere, videoId, caller),
  ]
  await look(anonymous)
  advanceClock(1)
  await ask(here, signedIn(bob), like, { id: videoId })
  await ask(here, signedIn(bob), follow, { id: alice })
  await comment(here, bob, videoId, 'nice')
  expect(await look(signedIn(alice))).toEqual([0, [], []])
  advanceClock(1)
  // The gateway signs whether a user has recent writes; without Redis, this is true of all signed-in users.
  expect(await look(anew(signedIn(bob)))).toEqual([1, [bob], ['nice']])
  advanceClock(1)
  expect(await look(anonymous)).toEqual([1, [bob], ['nice']])
})

it('shows others in another process comments after a tenth of a second, and counts within half of one', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(alice)
  const contents = async () => {
    const [video] = await entities<Commented>(elsewhere, anonymous, 'Video', [videoId], commentList)
    return video?.comments.edges.map(({ node }) => node.content)
  }
  const { id } = await comment(here, bob, videoId, 'nice')
  expect([await likesOf(elsewhere, videoId), await contents()]).toEqual([0, ['nice']])
  advanceClock(1)
  await ask(here, signedIn(bob), like, { id: videoId })
  await ask(here, signedIn(bob), deleteComment, { id })
  expect([await likesOf(elsewhere, videoId), await contents()]).toEqual([0, ['nice']])
  advanceClock(100)
  expect(await contents()).toEqual([])
  advanceClock(300)
  expect(await likesOf(elsewhere, videoId)).toBe(1)
})

it('never keeps for others what the viewer has to do with somebody', async () => {
  const [alice = '', bob = '', carol = ''] = await social.register(3)
  const videoId = await social.publish(alice)
  await comment(here, bob, videoId, 'nice')
  expect(await commentsUnder(here, videoId)).toEqual(['nice'])
  await ask(here, signedIn(carol), block, { id: bob })
  const [video] = await entities<Commented>(here, signedIn(carol), 'Video', [videoId], commentList)
  expect(video?.comments.edges).toEqual([])
  expect(await commentsUnder(here, videoId, signedIn(alice))).toEqual(['nice'])
})

it('fails when it cannot tell whom the viewer keeps away, although everything else is kept', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(alice)
  await comment(here, bob, videoId, 'nice')
  expect(await commentsUnder(here, videoId)).toEqual(['nice'])
  await social.sql.query('alter table social.boundaries rename to lost_boundaries')
  const query = `query ($videos: [_Any!]!) {
    _entities(representations: $videos) { ... on Video { id comments { edges { node { content } } } } }
  }`
  const variables = { videos: [{ __typename: 'Video', id: videoId }] }
  const { data, errors } = await here.execute({ query, variables }, signedIn(alice))
  await social.sql.query('alter table social.lost_boundaries rename to boundaries')
  expect(data).toEqual({ _entities: [{ id: videoId, comments: null }] })
  expect(errors).toHaveLength(1)
})

it('keeps no more than it may, however much is asked for', async () => {
  let reads = 0
  const counts = { favoriteCount: 1, commentCount: 1, bookmarkCount: 0, shareCount: 0 }
  const never = () => expect.unreachable()
  const cache = createSocialCache(
    {
      likes: { byUsers: never },
      comments: { findMany: never, underVideos: never },
      replies: { underComments: never },
      videoSettings: { ofVideos: never },
      videos: { findMany: never },
      follows: { following: never, followers: never, friends: never },
      counts: {
        ofVideos: (ids) => {
          reads += ids.length
          return Promise.resolve(new Map(ids.map((id) => [id, counts])))
        },
        ofComments: never,
        ofUsers: never,
      },
      flags: { usersOf: never, likesOf: never },
    },
    noChanges,
  )
  const ids = Array.from({ length: 500_000 }, (_, index) => String(index + 1))
  for (let from = 0; from < ids.length; from += 100) await cache.videoCounts.get(ids.slice(from, from + 100))
  expect(reads).toBe(500_000)
  // At least the last hundred thousand are cached, at most two hundred thousand.
  expect(await cache.videoCounts.get(ids.slice(-100_000))).toHaveLength(100_000)
  expect(reads).toBe(500_000)
  await cache.videoCounts.get(ids.slice(0, 300_000))
  expect(reads).toBe(800_000)
})
