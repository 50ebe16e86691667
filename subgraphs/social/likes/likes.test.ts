import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLogger } from '../../../platform/logger.ts'
import type { Subgraph } from '../../../platform/subgraph.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { startSocial } from '../server.ts'

const statements: string[] = []
let database: Awaited<ReturnType<typeof createTestDatabase>>
let facts: pg.Client
let social: Subgraph

beforeAll(async () => {
  database = await createTestDatabase()
  facts = new pg.Client(database.url)
  await facts.connect()
  social = await startSocial({
    databaseUrl: database.url,
    databasePoolSize: 2,
    onQuery: (sql) => statements.push(sql),
    log: createLogger('silent', 'test'),
  })
})

afterAll(async () => {
  await social[Symbol.asyncDispose]()
  await facts.end()
  await database[Symbol.asyncDispose]()
})

let lastId = 0
const newId = (): string => String(++lastId)

async function publishedBy(authorId: string): Promise<string> {
  const id = newId()
  await facts.query(
    `insert into video.videos values ($1::bigint, $2, 'sunset', 'play', 'cover', 'video/mp4', 1, 1, 1, 1, to_timestamp($1::bigint))`,
    [id, authorId],
  )
  return id
}

const like = `mutation ($videoId: ID!) {
  change: favoriteVideo(input: { videoId: $videoId }) { video { favoriteCount isFavorite } }
}`
const unlike = `mutation ($videoId: ID!) {
  change: unfavoriteVideo(input: { videoId: $videoId }) { video { favoriteCount isFavorite } }
}`

interface ChangedVideo {
  readonly favoriteCount: number
  readonly isFavorite: boolean
}

/** Likes or unlikes, and answers the video as the payload shows it. */
async function change(mutation: string, userId: string, videoId: string): Promise<ChangedVideo> {
  const data = await ask<{ change: { video: ChangedVideo } }>(social, signedIn(userId), mutation, { videoId })
  return data.change.video
}

async function person<Fields>(id: string, fields: string): Promise<Fields> {
  const query = `query ($people: [_Any!]!) { _entities(representations: $people) { ... on User { ${fields} } } }`
  const people = [{ __typename: 'User', id }]
  const { _entities } = await ask<{ _entities: [Fields] }>(social, anonymous, query, { people })
  return _entities[0]
}

const countsOf = (userId: string) => person(userId, 'favoriteCount totalFavorited')

async function favoritesOf(userId: string, page: string) {
  const fields = `favoriteVideos(${page}) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }`
  const { favoriteVideos } = await person<{
    favoriteVideos: {
      edges: { cursor: string; node: { id: string } }[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
  }>(userId, fields)
  return { videoIds: favoriteVideos.edges.map((edge) => edge.node.id), ...favoriteVideos.pageInfo }
}

it('counts a like once however often it is sent', async () => {
  const [alice, bob] = [newId(), newId()]
  const sunset = await publishedBy(alice)
  expect(await change(like, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  expect(await change(like, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  await Promise.all(Array.from({ length: 20 }, () => change(like, bob, sunset)))
  expect(await change(like, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  expect(await countsOf(bob)).toEqual({ favoriteCount: 1, totalFavorited: 0 })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 1 })
})

it('takes a like back once however often that is sent', async () => {
  const [alice, bob, carol] = [newId(), newId(), newId()]
  const sunset = await publishedBy(alice)
  await change(like, bob, sunset)
  await change(like, carol, sunset)
  expect(await change(unlike, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: false })
  expect(await change(unlike, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: false })
  expect(await countsOf(bob)).toEqual({ favoriteCount: 0, totalFavorited: 0 })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 1 })
})

it('changes nothing when somebody unlikes what he never liked', async () => {
  const [alice, bob] = [newId(), newId()]
  const sunset = await publishedBy(alice)
  expect(await change(unlike, bob, sunset)).toEqual({ favoriteCount: 0, isFavorite: false })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 0 })
})

it('moves all three counts when an author likes his own video', async () => {
  const alice = newId()
  const sunset = await publishedBy(alice)
  expect(await change(like, alice, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 1, totalFavorited: 1 })
  expect(await change(unlike, alice, sunset)).toEqual({ favoriteCount: 0, isFavorite: false })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 0 })
})

it('refuses a like of no video without harm to those that are written with it', async () => {
  const [alice, bob, nowhere] = [newId(), newId(), newId()]
  const [sunset, sunrise] = [await publishedBy(alice), await publishedBy(alice)]
  statements.length = 0
  const [first, refused, last] = await Promise.all([
    change(like, bob, sunset),
    refusal(social, signedIn(bob), like, { videoId: nowhere }),
    change(like, bob, sunrise),
  ])
  expect(statements.filter((sql) => sql.includes('insert into likes'))).toHaveLength(1)
  expect(refused).toEqual({ code: 'NOT_FOUND', message: 'There is no such video.' })
  expect([first, last]).toEqual(Array(2).fill({ favoriteCount: 1, isFavorite: true }))
  expect(await countsOf(bob)).toEqual({ favoriteCount: 2, totalFavorited: 0 })
})

it('refuses to unlike no video', async () => {
  expect(await refusal(social, signedIn(newId()), unlike, { videoId: newId() })).toMatchObject({ code: 'NOT_FOUND' })
})

it('refuses what is no id, and anonymous likes', async () => {
  expect(await refusal(social, signedIn(newId()), like, { videoId: 'sunset' })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
  const sunset = await publishedBy(newId())
  expect(await refusal(social, anonymous, like, { videoId: sunset })).toMatchObject({ code: 'UNAUTHENTICATED' })
})

it('shows the new state after each of several changes in one operation', async () => {
  const [alice, bob] = [newId(), newId()]
  const sunset = await publishedBy(alice)
  const both = `mutation ($videoId: ID!) {
    liked: favoriteVideo(input: { videoId: $videoId }) { video { favoriteCount isFavorite } }
    unliked: unfavoriteVideo(input: { videoId: $videoId }) { video { favoriteCount isFavorite } }
  }`
  expect(await ask(social, signedIn(bob), both, { videoId: sunset })).toEqual({
    liked: { video: { favoriteCount: 1, isFavorite: true } },
    unliked: { video: { favoriteCount: 0, isFavorite: false } },
  })
})

it('lists what a person likes, most recently liked first, page by page', async () => {
  const [alice, bob] = [newId(), newId()]
  const videoIds = [await publishedBy(alice), await publishedBy(alice), await publishedBy(alice)]
  const [first = '', second = '', third = ''] = videoIds
  for (const videoId of [second, first, third]) await change(like, bob, videoId)
  // Liking again is no new like.
  await change(like, bob, second)

  const top = await favoritesOf(bob, 'first: 2')
  expect(top).toMatchObject({ videoIds: [third, first], hasNextPage: true })
  const rest = await favoritesOf(bob, `first: 2, after: "${String(top.endCursor)}"`)
  expect(rest).toMatchObject({ videoIds: [second], hasNextPage: false })
  const end = await favoritesOf(bob, `first: 2, after: "${String(rest.endCursor)}"`)
  expect(end).toEqual({ videoIds: [], hasNextPage: false, endCursor: null })

  await change(unlike, bob, third)
  expect((await favoritesOf(bob, 'first: 1000')).videoIds).toEqual([first, second])
})

it('refuses a cursor that is none', async () => {
  const query = `query ($people: [_Any!]!) {
    _entities(representations: $people) { ... on User { favoriteVideos(after: "sunset") { edges { cursor } } } }
  }`
  expect(await refusal(social, anonymous, query, { people: [{ __typename: 'User', id: newId() }] })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})
