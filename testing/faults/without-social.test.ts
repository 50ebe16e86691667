import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { register, type Person } from '../../start/people.ts'
import { Stack } from '../../start/running.ts'
import { makeClip } from '../clips.ts'
import { createTestDatabase } from '../database.ts'
import { serviceSettings } from '../network.ts'
import { startSplit, type Split } from '../split.ts'

const stack = new Stack()
let urls: Split
let alice: Person
let bob: Person
let byBob: string
let byCarol: string

/** Alice has blocked bob, and likes what carol published; then the social subgraph goes down. */
beforeAll(async () => {
  const database = stack.use(await createTestDatabase())
  const folder = await mkdtemp(join(tmpdir(), 'short-video-without-social-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
  urls = stack.use(await startSplit({ ...serviceSettings(database.url), DATA_DIR: folder }))
  alice = await register(urls, 'alice', 'password')
  bob = await register(urls, 'bob', 'password')
  const carol = await register(urls, 'carol', 'password')
  byBob = await bob.publishes('by bob', await makeClip({}))
  byCarol = await carol.publishes('by carol', await makeClip({}))
  await alice.likes(byCarol)
  await alice.asks('mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }', { id: bob.id })
  await urls.stop('social')
})
afterAll(() => stack[Symbol.asyncDispose]())

interface Shown {
  readonly status_code: number
  readonly video_list?: readonly {
    readonly id: number
    readonly is_favorite: boolean
    readonly favorite_count: number
  }[]
}

async function show(path: string): Promise<Shown> {
  return (await (await fetch(`${urls.restUrl}/douyin/${path}`)).json()) as Shown
}

it('shows the feed without counts and flags, and never anybody whom the viewer has blocked', async () => {
  const feed = await show(`feed/?token=${alice.token}`)
  expect(feed).toMatchObject({
    status_code: 0,
    video_list: [{ id: Number(byCarol), is_favorite: false, favorite_count: 0, author: { name: 'carol' } }],
  })
  expect((await show('feed/')).video_list?.map(({ id }) => String(id))).toEqual([byCarol, byBob])
  const { feed: overGraphql } = await alice.asks<{ feed: { edges: unknown[] } }>('{ feed { edges { node { id } } } }')
  expect(overGraphql.edges).toEqual([{ node: { id: byCarol } }])
  expect(await show(`publish/list/?user_id=${bob.id}&token=${alice.token}`)).toMatchObject({ video_list: [] })
})

it('shows profiles, and refuses the lists that social keeps', async () => {
  expect(await show(`user/?token=${alice.token}`)).toMatchObject({ user: { name: 'alice', follow_count: 0 } })
  for (const path of [
    `comment/list/?video_id=${byCarol}`,
    `favorite/list/?user_id=${alice.id}`,
    `relation/follow/list/?user_id=${alice.id}`,
    `relation/follower/list/?user_id=${alice.id}`,
    `relation/friend/list/?user_id=${alice.id}`,
  ]) {
    expect([path, await show(`${path}&token=${alice.token}`)]).toMatchObject([path, { status_code: 503 }])
    expect([path, await show(path)]).toMatchObject([path, { status_code: 503 }])
  }
})
