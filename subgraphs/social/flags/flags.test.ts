import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, signedIn } from '../../../testing/callers.ts'
import { startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial
beforeAll(async () => {
  social = await startTestSocial()
})
afterAll(() => social[Symbol.asyncDispose]())

interface Flags {
  readonly favoriteVideoIds: readonly string[]
  readonly followedUserIds: readonly string[]
  readonly hiddenUserIds: readonly string[]
}

const flags = `query ($videos: [_Any!]!, $users: [_Any!]!) {
  videos: _entities(representations: $videos) { ... on Video { id isFavorite } }
  users: _entities(representations: $users) { ... on User { id isFollow isBlocked isMuted } }
}`

interface Answer {
  readonly videos: readonly { readonly id: string; readonly isFavorite: boolean }[]
  readonly users: readonly {
    readonly id: string
    readonly isFollow: boolean
    readonly isBlocked: boolean
    readonly isMuted: boolean
  }[]
}

/** The users and videos of a page whose flags are set. */
async function flagsOf(
  viewerId: string | null,
  videoIds: readonly string[],
  userIds: readonly string[],
): Promise<Flags> {
  const { videos, users } = await ask<Answer>(
    social.subgraph,
    viewerId === null ? anonymous : signedIn(viewerId),
    flags,
    {
      videos: videoIds.map((id) => ({ __typename: 'Video', id })),
      users: userIds.map((id) => ({ __typename: 'User', id })),
    },
  )
  const idsOf = (those: readonly { readonly id: string }[]): string[] => those.map(({ id }) => id)
  return {
    favoriteVideoIds: idsOf(videos.filter(({ isFavorite }) => isFavorite)),
    followedUserIds: idsOf(users.filter(({ isFollow }) => isFollow)),
    hiddenUserIds: idsOf(users.filter(({ isBlocked, isMuted }) => isBlocked || isMuted)),
  }
}

/** Inserts likes and follows of a user, without counting them. */
async function hasToDoWith(viewerId: string, videoIds: readonly string[], userIds: readonly string[]): Promise<void> {
  await social.sql.query('insert into social.likes select $1, id, id from unnest($2::bigint[]) as id', [
    viewerId,
    videoIds,
  ])
  await social.sql.query('insert into social.follows select $1, id, id from unnest($2::bigint[]) as id', [
    viewerId,
    userIds,
  ])
}

function newIds(count: number): string[] {
  return Array.from({ length: count }, () => social.newId())
}

const everyOther = (ids: readonly string[]): string[] => ids.filter((_, index) => index % 2 === 0)

it('says of many pages at once what each viewer has to do with them, by one statement', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const [first = '', second = '', third = ''] = newIds(3)
  const [carol = '', dave = '', erin = ''] = newIds(3)
  await hasToDoWith(alice, [first, third], [dave])
  await hasToDoWith(bob, [second], [carol, erin])
  await social.sql.query(
    `insert into social.boundaries values ($1, $2, 'BLOCK', 1), ($1, $3, 'BLOCK', 2), ($1, $3, 'MUTE', 3), ($4, $2, 'MUTE', 4)`,
    [alice, erin, carol, bob],
  )
  social.takeQueries()
  const pages = await Promise.all([
    flagsOf(alice, [third, second], [carol, dave, erin]),
    flagsOf(bob, [first, second, third], [carol, dave]),
    flagsOf(alice, [], [dave]),
    flagsOf(null, [first], [dave]),
  ])
  // The first reads at once, the others together while it waits.
  expect(social.takeQueries().length).toBeLessThanOrEqual(2)
  const sorted = pages.map((flags) => Object.values(flags).map((ids: string[]) => ids.toSorted()))
  expect(sorted).toEqual([
    [[third], [dave], [carol, erin].toSorted()],
    [[second], [carol], []],
    [[], [dave], []],
    [[], [], []],
  ])
})

it.each([
  { page: 'few', max: 20 },
  { page: 'many', max: 1_000 },
])('knows of a page with $page ids exactly those that the viewer likes and follows', async ({ max }) => {
  const [alice, bob] = [social.newId(), social.newId()]
  const [videoIds, userIds] = [newIds(max), newIds(max)]
  await hasToDoWith(alice, everyOther(videoIds), everyOther(userIds))
  await hasToDoWith(bob, videoIds, userIds)
  // Not all of the viewer's relations are requested.
  const [someVideoIds, someUserIds] = [videoIds.slice(1, -1).toReversed(), userIds.slice(1, -1)]
  const [hers, his] = await Promise.all([
    flagsOf(alice, someVideoIds, someUserIds),
    flagsOf(bob, someVideoIds, someUserIds),
  ])
  const inOrder = (ids: readonly string[]): string[] => ids.toSorted((a, b) => Number(a) - Number(b))
  expect(inOrder(hers.favoriteVideoIds)).toEqual(everyOther(videoIds).slice(1))
  expect(inOrder(hers.followedUserIds)).toEqual(everyOther(userIds).slice(1))
  expect(inOrder(his.favoriteVideoIds)).toEqual(videoIds.slice(1, -1))
  expect(inOrder(his.followedUserIds)).toEqual(userIds.slice(1, -1))
})

it('knows of two videos far apart which of them a viewer likes who likes all between them', async () => {
  const alice = social.newId()
  const videoIds = newIds(300)
  await hasToDoWith(alice, videoIds.slice(1), [])
  const [first = '', last = ''] = [videoIds[0], videoIds.at(-1)]
  expect(await flagsOf(alice, [first, last], [])).toEqual({
    favoriteVideoIds: [last],
    followedUserIds: [],
    hiddenUserIds: [],
  })
})
