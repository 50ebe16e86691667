import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial

beforeAll(async () => {
  social = await startTestSocial()
})

afterAll(() => social[Symbol.asyncDispose]())

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

/** Likes or unlikes; returns the video in the payload. */
async function change(mutation: string, userId: string, videoId: string): Promise<ChangedVideo> {
  const data = await ask<{ change: { video: ChangedVideo } }>(social.subgraph, signedIn(userId), mutation, { videoId })
  return data.change.video
}

async function person<Fields>(id: string, fields: string): Promise<Fields | undefined> {
  return (await entities<Fields>(social.subgraph, anonymous, 'User', [id], fields))[0]
}

const countsOf = (userId: string) => person(userId, 'favoriteCount totalFavorited')

interface Favorites {
  readonly favoriteVideos: {
    readonly edges: readonly { readonly node: { readonly id: string } }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

async function favoritesOf(userId: string, page: string) {
  const fields = `favoriteVideos(${page}) { edges { node { id } } pageInfo { hasNextPage endCursor } }`
  const list = (await person<Favorites>(userId, fields))?.favoriteVideos
  return { videoIds: list?.edges.map((edge) => edge.node.id), ...list?.pageInfo }
}

it('counts a like once however often it is sent', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  expect(await change(like, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  expect(await change(like, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  await Promise.all(Array.from({ length: 20 }, () => change(like, bob, sunset)))
  expect(await change(like, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  expect(await countsOf(bob)).toEqual({ favoriteCount: 1, totalFavorited: 0 })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 1 })
})

it('takes a like back once however often that is sent', async () => {
  const [alice, bob, carol] = [social.newId(), social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  await change(like, bob, sunset)
  await change(like, carol, sunset)
  expect(await change(unlike, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: false })
  expect(await change(unlike, bob, sunset)).toEqual({ favoriteCount: 1, isFavorite: false })
  expect(await countsOf(bob)).toEqual({ favoriteCount: 0, totalFavorited: 0 })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 1 })
})

it('changes nothing when somebody unlikes what he never liked', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  expect(await change(unlike, bob, sunset)).toEqual({ favoriteCount: 0, isFavorite: false })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 0 })
})

it('moves all three counts when an author likes his own video', async () => {
  const alice = social.newId()
  const sunset = await social.publish(alice)
  expect(await change(like, alice, sunset)).toEqual({ favoriteCount: 1, isFavorite: true })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 1, totalFavorited: 1 })
  expect(await change(unlike, alice, sunset)).toEqual({ favoriteCount: 0, isFavorite: false })
  expect(await countsOf(alice)).toEqual({ favoriteCount: 0, totalFavorited: 0 })
})

it('refuses a like of no video without harm to those that are written with it', async () => {
  const [alice, bob, nowhere] = [social.newId(), social.newId(), social.newId()]
  const [sunset, sunrise] = [await social.publish(alice), await social.publish(alice)]
  social.takeQueries()
  const [first, refused, last] = await Promise.all([
    change(like, bob, sunset),
    refusal(social.subgraph, signedIn(bob), like, { videoId: nowhere }),
    change(like, bob, sunrise),
  ])
  expect(social.takeQueries().filter((sql) => sql.includes('insert into likes'))).toHaveLength(1)
  expect(refused).toEqual({ code: 'NOT_FOUND', message: 'This video does not exist.' })
  expect([first, last]).toEqual(Array(2).fill({ favoriteCount: 1, isFavorite: true }))
  expect(await countsOf(bob)).toEqual({ favoriteCount: 2, totalFavorited: 0 })
})

it('refuses to unlike no video', async () => {
  expect(await refusal(social.subgraph, signedIn(social.newId()), unlike, { videoId: social.newId() })).toMatchObject({
    code: 'NOT_FOUND',
  })
})

it('refuses what is no id, and anonymous likes', async () => {
  expect(await refusal(social.subgraph, signedIn(social.newId()), like, { videoId: 'sunset' })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
  const sunset = await social.publish(social.newId())
  expect(await refusal(social.subgraph, anonymous, like, { videoId: sunset })).toMatchObject({
    code: 'UNAUTHENTICATED',
  })
})

it('shows the new state after each of several changes in one operation', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  const both = `mutation ($videoId: ID!) {
    liked: favoriteVideo(input: { videoId: $videoId }) { video { favoriteCount isFavorite } }
    unliked: unfavoriteVideo(input: { videoId: $videoId }) { video { favoriteCount isFavorite } }
  }`
  expect(await ask(social.subgraph, signedIn(bob), both, { videoId: sunset })).toEqual({
    liked: { video: { favoriteCount: 1, isFavorite: true } },
    unliked: { video: { favoriteCount: 0, isFavorite: false } },
  })
})

it('lists what a person likes, most recently liked first, page by page', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const videoIds = [await social.publish(alice), await social.publish(alice), await social.publish(alice)]
  const [first = '', second = '', third = ''] = videoIds
  for (const videoId of [second, first, third]) await change(like, bob, videoId)
  // Liking again does not create a new like.
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
  expect(
    await refusal(social.subgraph, anonymous, query, { people: [{ __typename: 'User', id: social.newId() }] }),
  ).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})
