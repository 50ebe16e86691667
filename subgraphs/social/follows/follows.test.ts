import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Caller } from '../../../platform/auth/caller.ts'
import { anew, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial

beforeAll(async () => {
  social = await startTestSocial()
})

afterAll(() => social[Symbol.asyncDispose]())

async function registerThree(): Promise<[string, string, string]> {
  return (await social.register(3)) as [string, string, string]
}

const follow = `mutation ($userId: ID!) {
  change: followUser(input: { userId: $userId }) { user { followingCount followerCount isFollow } }
}`
const unfollow = `mutation ($userId: ID!) {
  change: unfollowUser(input: { userId: $userId }) { user { followingCount followerCount isFollow } }
}`

/** Follows or unfollows; returns the followee in the payload. */
async function change(mutation: string, followerId: string, userId: string): Promise<unknown> {
  const data = await ask<{ change: { user: unknown } }>(social.subgraph, signedIn(followerId), mutation, { userId })
  return data.change.user
}

function people<Fields>(ids: readonly string[], fields: string, caller: Caller = anonymous): Promise<Fields[]> {
  return entities<Fields>(social.subgraph, caller, 'User', ids, fields)
}

async function countsOf(userId: string): Promise<unknown> {
  return (await people([userId], 'followingCount followerCount'))[0]
}

interface Page {
  readonly list: {
    readonly edges: readonly { readonly node: { readonly id: string } }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

async function pageOf(list: string, userId: string, page: string) {
  const fields = `list: ${list}(${page}) { edges { node { id } } pageInfo { hasNextPage endCursor } }`
  const [person] = await people<Page>([userId], fields)
  return { ids: person?.list.edges.map((edge) => edge.node.id), ...person?.list.pageInfo }
}

const idsOf = async (list: string, userId: string) => (await pageOf(list, userId, 'first: 1000')).ids

it('counts a follow once however often it is sent', async () => {
  const [alice, bob] = await registerThree()
  const followed = { followingCount: 0, followerCount: 1, isFollow: true }
  expect(await change(follow, bob, alice)).toEqual(followed)
  expect(await change(follow, bob, alice)).toEqual(followed)
  await Promise.all(Array.from({ length: 20 }, () => change(follow, bob, alice)))
  expect(await change(follow, bob, alice)).toEqual(followed)
  expect(await countsOf(bob)).toEqual({ followingCount: 1, followerCount: 0 })
})

it('ends a follow once however often that is sent, and nothing where there was none', async () => {
  const [alice, bob, carol] = await registerThree()
  await change(follow, bob, alice)
  await change(follow, carol, alice)
  const unfollowed = { followingCount: 0, followerCount: 1, isFollow: false }
  expect(await change(unfollow, bob, alice)).toEqual(unfollowed)
  expect(await change(unfollow, bob, alice)).toEqual(unfollowed)
  expect(await countsOf(bob)).toEqual({ followingCount: 0, followerCount: 0 })
  expect(await change(unfollow, alice, carol)).toEqual({ followingCount: 1, followerCount: 0, isFollow: false })
})

it('follows in one direction at a time', async () => {
  const [alice, bob] = await registerThree()
  await Promise.all([change(follow, alice, bob), change(follow, bob, alice)])
  await change(unfollow, bob, alice)
  expect(await countsOf(alice)).toEqual({ followingCount: 1, followerCount: 0 })
  expect(await countsOf(bob)).toEqual({ followingCount: 0, followerCount: 1 })
})

it('refuses to follow or unfollow oneself, nobody, and what is no id', async () => {
  const [alice] = await registerThree()
  for (const mutation of [follow, unfollow]) {
    expect(await refusal(social.subgraph, signedIn(alice), mutation, { userId: alice })).toEqual({
      code: 'BAD_USER_INPUT',
      message: 'You cannot follow yourself.',
    })
    expect(await refusal(social.subgraph, signedIn(alice), mutation, { userId: social.newId() })).toEqual({
      code: 'NOT_FOUND',
      message: 'This user does not exist.',
    })
    expect(await refusal(social.subgraph, signedIn(alice), mutation, { userId: 'alice' })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    expect(await refusal(social.subgraph, anonymous, mutation, { userId: alice })).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  }
  expect(await countsOf(alice)).toEqual({ followingCount: 0, followerCount: 0 })
})

it('refuses a follow of nobody without harm to those that are written with it', async () => {
  const [alice, bob, carol] = await registerThree()
  const nobody = social.newId()
  social.takeQueries()
  const [, refused] = await Promise.all([
    change(follow, alice, bob),
    refusal(social.subgraph, signedIn(alice), follow, { userId: nobody }),
    change(follow, alice, carol),
  ])
  expect(social.takeQueries().filter((sql) => sql.includes('insert into follows'))).toHaveLength(1)
  expect(refused).toMatchObject({ code: 'NOT_FOUND' })
  expect(await countsOf(alice)).toEqual({ followingCount: 2, followerCount: 0 })
  expect(await countsOf(nobody)).toEqual({ followingCount: 0, followerCount: 0 })
})

it('says whom the viewer follows: not himself, and nobody without a token', async () => {
  const [alice, bob, carol] = await registerThree()
  await change(follow, alice, bob)
  const flags = async (caller: Caller) =>
    (await people<{ isFollow: boolean }>([alice, bob, carol], 'isFollow', caller)).map((person) => person.isFollow)
  expect(await flags(signedIn(alice))).toEqual([false, true, false])
  expect(await flags(signedIn(bob))).toEqual([false, false, false])
  expect(await flags(anonymous)).toEqual([false, false, false])
})

it('lists whom a person follows and who follows him, most recent first, page by page', async () => {
  const [alice, ...others] = (await social.register(4)) as [string, string, string, string]
  const [bob, carol, dave] = others
  for (const other of [carol, bob, dave]) {
    await change(follow, alice, other)
    await change(follow, other, alice)
  }
  // Following again does not create a new follow.
  await change(follow, alice, carol)
  for (const list of ['following', 'followers', 'friends']) {
    const top = await pageOf(list, alice, 'first: 2')
    expect(top).toMatchObject({ ids: [dave, bob], hasNextPage: true })
    const rest = await pageOf(list, alice, `first: 2, after: "${String(top.endCursor)}"`)
    expect(rest).toMatchObject({ ids: [carol], hasNextPage: false })
  }
  await change(unfollow, alice, dave)
  expect(await idsOf('following', alice)).toEqual([bob, carol])
  expect(await idsOf('followers', alice)).toEqual([dave, bob, carol])
})

it('counts as friends those who follow each other, whom the person followed last first', async () => {
  const [alice, bob, carol, dave] = (await social.register(4)) as [string, string, string, string]
  await change(follow, alice, bob)
  await change(follow, alice, carol)
  await change(follow, alice, dave)
  await change(follow, carol, alice)
  await change(follow, bob, alice)
  expect(await idsOf('friends', alice)).toEqual([carol, bob])
  expect(await idsOf('friends', bob)).toEqual([alice])
  expect(await idsOf('friends', dave)).toEqual([])
  await change(unfollow, bob, alice)
  expect(await idsOf('friends', alice)).toEqual([carol])
})

it('answers a field for 30 people with one statement, and one more for whom the viewer of lists keeps away', async () => {
  const [alice = '', ...others] = await social.register(31)
  await Promise.all(others.map((other) => change(follow, alice, other)))
  const followers = 'followers { edges { cursor } }'
  const asked = async (...question: Parameters<typeof people>): Promise<number> => {
    social.takeQueries()
    expect(await people(...question)).toHaveLength(30)
    return social.takeQueries().length
  }
  for (const list of [followers, 'following { edges { cursor } }', 'friends { edges { cursor } }']) {
    expect(await asked(others, list, anew(anonymous))).toBe(1)
  }
  expect(await asked(others, 'isFollow isBlocked isMuted', anew(signedIn(alice)))).toBe(1)
  expect(await asked(others, followers, anew(signedIn(alice)))).toBe(2)
})
