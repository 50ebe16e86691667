import { expect, it } from 'vitest'
import type { Subgraph } from '../../../platform/graphql/subgraph.ts'
import { ask, signedIn } from '../../../testing/callers.ts'
import { comment, commentsOf } from '../../../testing/comments.ts'
import { findMiscounts } from '../../../testing/miscounts.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'
import { randomOfRun } from '../../../testing/random.ts'

const random = randomOfRun()

/** Twenty users, ten of whom have published a video each, and two processes that serve them. */
interface Town {
  readonly people: readonly string[]
  readonly videos: readonly string[]
  readonly authors: ReadonlyMap<string, string>
  readonly processes: readonly Subgraph[]
}

async function settle(social: TestSocial): Promise<Town> {
  const people = await social.register(20)
  const authors = new Map<string, string>()
  for (const author of people.slice(0, 10)) authors.set(await social.publish(author), author)
  return { people, videos: [...authors.keys()], authors, processes: [social.subgraph, await social.startProcess()] }
}

/** A random action of a user on random users and videos. */
type Act = (town: Town, process: Subgraph, userId: string) => Promise<void>

const likeOrUnlike: Act = ({ videos }, process, userId) => setLike(process, userId, oneOf(videos), either(true, false))

const followOrUnfollow: Act = ({ people }, process, userId) =>
  setFollow(process, userId, oneOf(people.filter((id) => id !== userId)), either(true, false))

/** Comments on a video, or deletes the newest comment as the video's author, possibly after another did. */
const commentOrDelete: Act = async ({ videos, authors }, process, userId) => {
  const videoId = oneOf(videos)
  const [video] = await commentsOf(process, [videoId], 'first: 1')
  const newest = video?.comments.edges[0]?.node.id
  if (newest === undefined || either(true, false)) {
    await comment(process, userId, videoId, 'nice')
    return
  }
  const author = signedIn(authors.get(videoId) ?? '')
  const { errors } = await process.execute({ query: deleteComment, variables: { id: newest } }, author)
  for (const error of errors ?? []) expect(error.extensions['code']).toBe('NOT_FOUND')
}

it.each<[string, Act[], number]>([
  ['like and unlike', [likeOrUnlike], 50],
  ['follow and unfollow each other', [followOrUnfollow], 50],
  ['comment and delete comments', [commentOrDelete], 15],
  ['like, follow and comment', [likeOrUnlike, followOrUnfollow, commentOrDelete], 30],
])('keeps every count right while 20 people %s through two processes, without a deadlock', async (_, acts, times) => {
  await using social = await startTestSocial()
  const town = await settle(social)
  const clients = town.people.flatMap((userId) => town.processes.map((process) => ({ userId, process })))
  await Promise.all(
    clients.map(async ({ userId, process }) => {
      for (let time = 0; time < times; time++) await oneOf(acts)(town, process, userId)
    }),
  )
  await social.stopProcesses()

  expect(await findMiscounts(social.sql)).toEqual([])
  await expectNoDeadlock(social)
})

it('agrees with a model of who likes what, who follows whom and who said what', async () => {
  await using social = await startTestSocial()
  const town = await settle(social)
  const { people, videos, processes } = town
  const likes = new Set<string>()
  const follows = new Set<string>()
  const comments = new Map<string, string>()

  /** One change, or several concurrent ones of which any may be the last. */
  async function wish(model: Set<string>, fact: string, send: Send, isTrue: (process: Subgraph) => Promise<boolean>) {
    const wanted = Array.from({ length: oneOf([1, 1, 2, 3]) }, () => either(true, false))
    await Promise.all(wanted.map((value) => send(oneOf(processes), value)))
    const found = await isTrue(oneOf(processes))
    expect(wanted).toContain(found)
    if (found) model.add(fact)
    else model.delete(fact)
  }

  async function act(userId: string): Promise<void> {
    const videoId = oneOf(videos)
    const other = oneOf(people.filter((id) => id !== userId))
    const doing = oneOf(['like', 'follow', 'comment', 'delete'] as const)
    if (doing === 'like') {
      await wish(
        likes,
        `${userId} likes ${videoId}`,
        (process, liked) => setLike(process, userId, videoId, liked),
        (process) => isSo(process, userId, 'Video', videoId, 'isFavorite'),
      )
    } else if (doing === 'follow') {
      await wish(
        follows,
        `${userId} follows ${other}`,
        (process, followed) => setFollow(process, userId, other, followed),
        (process) => isSo(process, userId, 'User', other, 'isFollow'),
      )
    } else if (doing === 'comment') {
      const { id } = await comment(oneOf(processes), userId, videoId, `by ${userId}`)
      comments.set(id, userId)
    } else {
      const [own] = [...comments].find(([, author]) => author === userId) ?? []
      if (own === undefined) return
      await ask(oneOf(processes), signedIn(userId), deleteComment, { id: own })
      comments.delete(own)
    }
  }

  await Promise.all(
    people.map(async (userId) => {
      for (let time = 0; time < 60; time++) await act(userId)
    }),
  )

  const cache = async (sql: string): Promise<string[]> =>
    (await social.sql.query<{ fact: string }>(sql)).rows.map((row) => row.fact).sort()
  expect(await cache(`select user_id || ' likes ' || video_id as fact from social.likes`)).toEqual([...likes].sort())
  expect(await cache(`select follower_id || ' follows ' || followee_id as fact from social.follows`)).toEqual(
    [...follows].sort(),
  )
  expect(await cache('select id::text as fact from social.comments')).toEqual([...comments.keys()].sort())
  expect(await findMiscounts(social.sql)).toEqual([])
})

type Send = (process: Subgraph, value: boolean) => Promise<void>

const deleteComment = 'mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { commentId } }'

async function setLike(process: Subgraph, userId: string, id: string, liked: boolean): Promise<void> {
  const mutation = liked ? 'favoriteVideo' : 'unfavoriteVideo'
  const query = `mutation ($id: ID!) { ${mutation}(input: { videoId: $id }) { video { id } } }`
  await ask(process, signedIn(userId), query, { id })
}

async function setFollow(process: Subgraph, userId: string, id: string, followed: boolean): Promise<void> {
  const mutation = followed ? 'followUser' : 'unfollowUser'
  const query = `mutation ($id: ID!) { ${mutation}(input: { userId: $id }) { user { id } } }`
  await ask(process, signedIn(userId), query, { id })
}

async function isSo(process: Subgraph, viewerId: string, type: 'Video' | 'User', id: string, flag: string) {
  const [entity] = await entities<Record<string, boolean>>(process, signedIn(viewerId), type, [id], flag)
  return entity?.[flag] === true
}

/** Server processes report their deadlocks by the time they end. */
async function expectNoDeadlock({ sql }: TestSocial): Promise<void> {
  const rows = async (query: string): Promise<unknown[]> => (await sql.query<Record<string, unknown>>(query)).rows
  const others = 'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  await expect.poll(() => rows(others)).toEqual([])
  const deadlocks = 'select deadlocks::int from pg_stat_database where datname = current_database()'
  expect(await rows(deadlocks)).toEqual([{ deadlocks: 0 }])
}

function either<One, Other>(one: One, other: Other): One | Other {
  return random.chance(0.5) ? one : other
}

function oneOf<Choice>(choices: readonly Choice[]): Choice {
  return choices[random.below(choices.length)] as Choice
}
