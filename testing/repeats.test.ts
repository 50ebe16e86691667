import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask } from '../start/people.ts'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

let network: Network
let alice: TestPerson
let bob: TestPerson
let videoId: string
let sql: pg.Client

beforeAll(async () => {
  network = await bootNetwork()
  alice = await network.person('alice')
  bob = await network.person('bob')
  videoId = await bob.publishes('sunset')
  sql = new pg.Client(network.databaseUrl)
  await sql.connect()
})

afterAll(async () => {
  await sql.end()
  await network[Symbol.asyncDispose]()
})

async function count(query: string, value: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(`select count(*)::int from ${query}`, [value])
  return rows[0]?.count ?? NaN
}

/** Does the same a hundred times concurrently, alternating between the two servers; returns the fulfilled results. */
async function hundredTimes<Answer>(one: () => Promise<Answer>, other = one): Promise<Answer[]> {
  const attempts = Array.from({ length: 50 }, () => [one(), other()]).flat()
  const outcomes = await Promise.allSettled(attempts)
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

it('a hundred registrations of one name at once make one account with one session', async () => {
  const register = `mutation ($name: String!) {
    register(input: { name: $name, password: "password" }) { user { id } }
  }`
  const accepted = await hundredTimes<unknown>(
    () => ask(network, register, { name: 'coveted' }),
    async () => {
      const url = `${network.restUrl}/douyin/user/register/?username=coveted&password=password`
      const answer = (await (await fetch(url, { method: 'POST' })).json()) as { status_code: number; token: string }
      if (answer.status_code !== 0) throw new Error('refused')
      return answer
    },
  )

  expect(accepted).toHaveLength(1)
  expect(await count('"user".accounts where name = $1', 'coveted')).toBe(1)
  const sessions = '"user".sessions where user_id = (select id from "user".accounts where name = $1)'
  expect(await count(sessions, 'coveted')).toBe(1)
})

it('a hundred likes at once are one', async () => {
  const like = 'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { isFavorite } } }'
  const answers = await hundredTimes<unknown>(
    () => alice.asks(like, { id: videoId }),
    () => alice.likes(videoId).then(() => null),
  )

  expect(answers).toHaveLength(100)
  expect(await count('social.likes where video_id = $1', videoId)).toBe(1)
  const query = `query ($id: ID!, $alice: ID!) {
    video(id: $id) { favoriteCount isFavorite author { totalFavorited } }
    user(id: $alice) { favoriteCount }
  }`
  expect(await alice.asks(query, { id: videoId, alice: alice.id })).toEqual({
    video: { favoriteCount: 1, isFavorite: true, author: { totalFavorited: 1 } },
    user: { favoriteCount: 1 },
  })
})

it('a hundred follows at once are one', async () => {
  const follow = 'mutation ($id: ID!) { followUser(input: { userId: $id }) { user { isFollow } } }'
  const answers = await hundredTimes<unknown>(
    () => alice.asks(follow, { id: bob.id }),
    () => alice.follows(bob).then(() => null),
  )

  expect(answers).toHaveLength(100)
  expect(await count('social.follows where follower_id = $1', alice.id)).toBe(1)
  const query =
    'query ($alice: ID!, $bob: ID!) { alice: user(id: $alice) { followingCount } bob: user(id: $bob) { followerCount isFollow } }'
  expect(await alice.asks(query, { alice: alice.id, bob: bob.id })).toEqual({
    alice: { followingCount: 1 },
    bob: { followerCount: 1, isFollow: true },
  })
})

it('a hundred refreshes at once are one, and leave the person signed in', async () => {
  interface Tokens {
    readonly accessToken: string
    readonly refreshToken: string
  }
  const login = `mutation ($name: String!) {
    login(input: { name: $name, password: "password" }) { accessToken refreshToken }
  }`
  const refresh = `mutation ($refreshToken: String!) {
    refreshSession(input: { refreshToken: $refreshToken }) { accessToken refreshToken }
  }`
  const { login: first } = await ask<{ login: Tokens }>(network, login, { name: alice.name })

  const answers = await hundredTimes(() =>
    ask<{ refreshSession: Tokens }>(network, refresh, { refreshToken: first.refreshToken }),
  )

  const tokens = answers.map(({ refreshSession }) => refreshSession)
  expect(tokens).toHaveLength(100)
  expect(new Set(tokens.map(({ refreshToken }) => refreshToken)).size).toBe(1)
  for (const { accessToken } of [first, ...tokens.slice(0, 3)]) {
    expect(await ask(network, '{ viewer { id } }', {}, accessToken)).toEqual({ viewer: { id: alice.id } })
  }
  const [{ refreshToken } = first] = tokens
  await ask(network, refresh, { refreshToken })
})
