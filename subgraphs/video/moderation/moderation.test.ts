import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Caller } from '../../../platform/auth/caller.ts'
import { banChanged } from '../../../schema/topics.ts'
import { administrator, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import { objectsOf, publishes, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'
import { patience } from '../../../testing/waiting.ts'

const admin = administrator('99')
const [alice, bob, carol] = ['1', '2', '3'].map((id) => signedIn(id)) as [Caller, Caller, Caller]

let video: VideoSubgraph
let clip: string
/** Called when a user is banned or unbanned. */
let tellOfBans: () => void

beforeAll(async () => {
  const listeners = new Map<string, (value: unknown) => void>()
  video = await startVideoSubgraph({
    broadcast: {
      listen: (topic, listener) => void listeners.set(topic, listener),
      onGap: () => undefined,
      publish: () => undefined,
    },
  })
  tellOfBans = () => listeners.get(banChanged)?.('1')
  clip = await makeClip({})
  await video.sql(`
    insert into "user".accounts (id, name, password_hash)
    values (1, 'alice', ''), (2, 'bob', ''), (3, 'carol', ''), (99, 'admin', '')`)
})
afterAll(() => video[Symbol.asyncDispose]())

const takeDown = `mutation ($videoId: ID!, $reason: String!) {
  takeDownVideo(input: { videoId: $videoId, reason: $reason }) { videoId author { id workCount } }
}`
const takenDown = `query ($first: Int!, $after: String) {
  takenDownVideos(first: $first, after: $after) {
    edges { node { id title reason } } pageInfo { hasNextPage endCursor }
  }
}`
const log = 'query { videoAuditLog(first: 1) { edges { node { action subjectId reason actor { id } } } } }'
const lists = `query ($id: ID!, $authorId: ID!) {
  feed(first: 2) { edges { node { title } } pageInfo { hasNextPage } }
  video(id: $id) { title }
  _entities(representations: [{ __typename: "User", id: $authorId }]) { ... on User { videos { edges { node { title } } } } }
}`

/** What lists contain of a video and its author: titles, and whether the feed has more. */
async function seen(caller: Caller, id: string, authorId: string) {
  type Titles = { edges: { node: { title: string } }[] }
  const data = await ask<{
    feed: Titles & { pageInfo: { hasNextPage: boolean } }
    video: { title: string } | null
    _entities: [{ videos: Titles }]
  }>(video.subgraph, caller, lists, { id, authorId })
  const titles = ({ edges }: Titles) => edges.map(({ node }) => node.title)
  return {
    feed: titles(data.feed),
    more: data.feed.pageInfo.hasNextPage,
    byId: data.video?.title,
    byAuthor: titles(data._entities[0].videos),
  }
}

describe('taking down', () => {
  it('ends a video and its files, and tells its author why and administrators who did it', async () => {
    const first = await publishes(video.subgraph, alice, clip, 'first')
    const second = await publishes(video.subgraph, alice, clip, 'second')
    for (const [{ id }, reason] of [
      [first, 'not yours'],
      [second, 'nor this'],
    ] as const) {
      expect(await ask(video.subgraph, admin, takeDown, { videoId: id, reason })).toMatchObject({
        takeDownVideo: { videoId: id, author: { id: '1' } },
      })
      expect(await ask(video.subgraph, anonymous, 'query ($id: ID!) { video(id: $id) { id } }', { id })).toEqual({
        video: null,
      })
    }
    expect(await objectsOf(first.id)).toEqual([])
    expect(await objectsOf(second.id)).toEqual([])

    type Page = { takenDownVideos: { pageInfo: { endCursor: string } } }
    const page = await ask<Page>(video.subgraph, alice, takenDown, { first: 1 })
    expect(page).toMatchObject({
      takenDownVideos: {
        edges: [{ node: { id: second.id, title: 'second', reason: 'nor this' } }],
        pageInfo: { hasNextPage: true },
      },
    })
    const after = page.takenDownVideos.pageInfo.endCursor
    expect(await ask(video.subgraph, alice, takenDown, { first: 1, after })).toMatchObject({
      takenDownVideos: { edges: [{ node: { id: first.id } }], pageInfo: { hasNextPage: false } },
    })
    expect(await ask(video.subgraph, bob, takenDown, { first: 1 })).toMatchObject({ takenDownVideos: { edges: [] } })
    expect(await ask(video.subgraph, admin, log)).toEqual({
      videoAuditLog: {
        edges: [{ node: { action: 'TAKE_DOWN_VIDEO', subjectId: second.id, reason: 'nor this', actor: { id: '99' } } }],
      },
    })
  })

  it('is for administrators alone, and needs a video and a reason', async () => {
    const { id } = await publishes(video.subgraph, alice, clip, 'stays')
    const variables = { videoId: id, reason: 'envy' }
    expect(await refusal(video.subgraph, anonymous, takeDown, variables)).toMatchObject({ code: 'UNAUTHENTICATED' })
    for (const caller of [alice, bob]) {
      expect(await refusal(video.subgraph, caller, takeDown, variables)).toMatchObject({ code: 'FORBIDDEN' })
      expect(await refusal(video.subgraph, caller, log)).toMatchObject({ code: 'FORBIDDEN' })
    }
    expect(await refusal(video.subgraph, admin, takeDown, { ...variables, videoId: '1' })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await refusal(video.subgraph, admin, takeDown, { ...variables, reason: ' ' })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    await ask(video.subgraph, alice, 'mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }', { id })
    expect(await ask(video.subgraph, alice, takenDown, { first: 9 })).not.toMatchObject({
      takenDownVideos: { edges: [{ node: { id } }] },
    })
  })

  it.each(['update audit_log set reason = 1', 'delete from audit_log', 'truncate audit_log'])(
    'leaves an entry that cannot be changed: %s',
    async (statement) => {
      await expect(video.sql(statement)).rejects.toThrow('nothing in audit_log is ever changed')
    },
  )
})

it.each(['BLOCK', 'MUTE'])(
  'shows somebody no video, in lists or by id, of whom he keeps away by a %s',
  async (kind) => {
    const cache = await publishes(video.subgraph, bob, clip, 'older')
    const hidden = await publishes(video.subgraph, carol, clip, 'hidden')
    await publishes(video.subgraph, bob, clip, 'newer')
    await video.sql('insert into social.boundaries values (1, 3, $1, 1)', [kind])
    expect(await seen(alice, hidden.id, '3')).toEqual({
      feed: ['newer', 'older'],
      more: false,
      byId: undefined,
      byAuthor: [],
    })
    for (const caller of [bob, carol, anonymous]) {
      expect(await seen(caller, hidden.id, '3')).toMatchObject({
        feed: ['newer', 'hidden'],
        byId: 'hidden',
        byAuthor: ['hidden'],
      })
    }
    expect(await seen(anonymous, cache.id, '2')).toMatchObject({ feed: ['newer', 'hidden'], more: true })
    await video.sql('delete from social.boundaries')
    await video.sql('delete from videos')
  },
)

it('shows nobody the videos of somebody who is banned, until he is not any more', async () => {
  const { id } = await publishes(video.subgraph, bob, clip, 'of somebody banned')
  await publishes(video.subgraph, carol, clip, 'of carol')
  const all = { feed: ['of carol', 'of somebody banned'], byId: 'of somebody banned', byAuthor: ['of somebody banned'] }
  expect(await seen(anonymous, id, '2')).toMatchObject(all)

  await video.sql(`update "user".accounts set banned_at = now(), ban_reason = 'spam' where id = 2`)
  tellOfBans()
  await vi.waitFor(async () => {
    expect(await seen(anonymous, id, '2')).toEqual({ feed: ['of carol'], more: false, byId: undefined, byAuthor: [] })
  }, patience)
  expect(await video.sql('select from published_videos where id = $1', [id])).toEqual([])

  await video.sql('update "user".accounts set banned_at = null, ban_reason = null')
  tellOfBans()
  await vi.waitFor(async () => expect(await seen(anonymous, id, '2')).toMatchObject(all), patience)
})
