import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'

/** Alice, 1, published videos 1 to 40; Bob, 2, published 41 to 60; each a minute after the previous one. */
const authors = { alice: '1', bob: '2', nobody: '3' }

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select n, case when n <= 40 then 1 else 2 end, 'video ' || n, 'videos/' || n || '/ä b.mp4', 'covers/' || n || '.jpg',
       'video/mp4', 1, 1500, 180, 320, timestamptz '2026-01-01' + n * interval '1 minute'
     from generate_series(1, 60) as n`,
  )
  await video.sql('insert into author_counts select author_id, count(*) from videos group by author_id')
})
afterAll(() => video[Symbol.asyncDispose]())

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Video { id title author { id } publishedAt duration }
    ... on User { id workCount videos(first: 3) { edges { cursor node { id } } pageInfo { hasNextPage } } }
  }
}`

async function entitiesOf(typename: 'Video' | 'User', ids: readonly string[]): Promise<unknown[]> {
  const representations = ids.map((id) => ({ __typename: typename, id }))
  const data = await ask<{ _entities: unknown[] }>(video.subgraph, anonymous, entities, { representations })
  return data._entities
}

it('tells everything of a video by its id', async () => {
  const document = '{ video(id: "7") { id title author { id } playUrl coverUrl publishedAt duration width height } }'
  const data = await ask<{ video: { playUrl: string; coverUrl: string } }>(video.subgraph, anonymous, document)
  expect(data.video).toMatchObject({
    ...{ id: '7', title: 'video 7', author: { id: '1' }, duration: 1.5, width: 180, height: 320 },
    publishedAt: '2026-01-01T00:07:00.000Z',
  })
  expect(new URL(data.video.playUrl).pathname).toBe('/media/videos/7/%C3%A4%20b.mp4')
  expect(new URL(data.video.coverUrl).pathname).toBe('/media/covers/7.jpg')
})

it('knows no video under an id that nobody has, and refuses what is no id', async () => {
  const document = 'query ($id: ID!) { video(id: $id) { id } }'
  expect(await ask(video.subgraph, anonymous, document, { id: '999' })).toEqual({ video: null })
  expect(await refusal(video.subgraph, anonymous, document, { id: '007' })).toMatchObject({ code: 'BAD_USER_INPUT' })
})

it('finds thirty videos that other subgraphs refer to by one statement, unknown ones among them', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => String(index * 2 + 10))
  video.takeQueries()
  const found = await entitiesOf('Video', ids)
  expect(video.takeQueries()).toHaveLength(1)
  expect(found.map((entity) => (entity as { id: string } | null)?.id ?? null)).toEqual(
    ids.map((id) => (Number(id) <= 60 ? id : null)),
  )
})

it('answers thirty authors with their counts and newest videos by three statements', async () => {
  const ids = [...Object.values(authors), ...Array.from({ length: 27 }, (_, index) => String(100 + index))]
  video.takeQueries()
  const [alice, bob, nobody] = await entitiesOf('User', ids)
  expect(video.takeQueries()).toHaveLength(3)
  const list = (...videoIds: string[]) => ({ edges: videoIds.map((id) => ({ node: { id } })) })
  expect(alice).toMatchObject({ id: '1', workCount: 40, videos: list('40', '39', '38') })
  expect(bob).toMatchObject({ id: '2', workCount: 20, videos: list('60', '59', '58') })
  expect(nobody).toEqual({ id: '3', workCount: 0, videos: { edges: [], pageInfo: { hasNextPage: false } } })
})

it("pages through one person's videos without gap or repeat", async () => {
  const document = `query ($representations: [_Any!]!, $after: String) {
    _entities(representations: $representations) {
      ... on User { videos(first: 7, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }
    }
  }`
  interface Page {
    readonly edges: readonly { readonly node: { readonly id: string } }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
  }
  const seen: string[] = []
  let after: string | null = null
  for (;;) {
    const representations = [{ __typename: 'User', id: authors.alice }]
    const data: { _entities: [{ videos: Page }] } = await ask(video.subgraph, anonymous, document, {
      representations,
      after,
    })
    const [{ videos }] = data._entities
    seen.push(...videos.edges.map((edge) => edge.node.id))
    if (!videos.pageInfo.hasNextPage) break
    after = videos.pageInfo.endCursor
  }
  expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => String(40 - index)))
})

it('lists a thousand videos of one author at most, whoever asks', async () => {
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select n, 4, '', 'videos/' || n, 'covers/' || n, 'video/mp4', 1, 1500, 180, 320,
       timestamptz '2025-01-01' + n * interval '1 second'
     from generate_series(10001, 11001) as n`,
  )
  const query = `query { _entities(representations: [{ __typename: "User", id: "4" }]) {
    ... on User { videos(first: 5000) { edges { node { id } } pageInfo { hasNextPage } } }
  } }`
  type Page = { videos: { edges: unknown[]; pageInfo: { hasNextPage: boolean } } }
  const { _entities } = await ask<{ _entities: [Page] }>(video.subgraph, anonymous, query)
  expect(_entities[0].videos.edges).toHaveLength(1_000)
  expect(_entities[0].videos.pageInfo.hasNextPage).toBe(true)
})
