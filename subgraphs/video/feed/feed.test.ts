import { afterAll, beforeAll, expect, it } from 'vitest'
import { anew, anonymous, ask, refusal } from '../../../testing/callers.ts'
import { startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'

const newest = Date.parse('2026-01-02T00:00:00.000Z')
const count = 250
/** Every id, newest first; ids are not ordered by time. */
const expected = Array.from({ length: count }, (_, index) => String(((index * 7) % count) + 1))

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select id, 1 + id % 9, 'video ' || id, 'p/' || id, 'c/' || id, 'video/mp4', 1, 1500, 180, 320,
       to_timestamp($2::bigint / 1000) - position * interval '1 millisecond'
     from unnest($1::bigint[]) with ordinality as videos (id, position)`,
    [expected, newest + 1_000],
  )
  // Position 1 is a millisecond before the full second above; the newest is at 00:00:00.999.
})
afterAll(() => video[Symbol.asyncDispose]())

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string; publishedAt: string } }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly endCursor: string | null
  }
}

const feed = `query ($first: Int, $after: String, $publishedBefore: DateTime) {
  feed(first: $first, after: $after, publishedBefore: $publishedBefore) {
    edges { cursor node { id publishedAt } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`
const feedOfDefaults =
  '{ feed { edges { cursor node { id publishedAt } } pageInfo { hasNextPage hasPreviousPage endCursor } } }'

async function page(variables: Record<string, unknown>): Promise<Page> {
  return (await ask<{ feed: Page }>(video.subgraph, anonymous, feed, { first: 30, ...variables })).feed
}

const idsOf = ({ edges }: Page): string[] => edges.map((edge) => edge.node.id)

it('pages through all videos by cursor, newest first, without gap or repeat', async () => {
  const seen: string[] = []
  let after: string | null = null
  for (let pages = 0; pages <= count / 30 + 1; pages++) {
    const next: Page = await page({ after })
    seen.push(...idsOf(next))
    expect(next.pageInfo.hasPreviousPage).toBe(after !== null)
    if (!next.pageInfo.hasNextPage) break
    after = next.pageInfo.endCursor
  }
  expect(seen).toEqual(expected)
})

it('pages through all videos by nothing but the moment of the last one', async () => {
  const seen: string[] = []
  let publishedBefore: string | undefined
  for (;;) {
    const next = await page({ publishedBefore })
    if (next.edges.length === 0) break
    seen.push(...idsOf(next))
    publishedBefore = next.edges.at(-1)?.node.publishedAt
  }
  expect(seen).toEqual(expected)
})

it('keeps both bounds when a cursor and a moment are given', async () => {
  const { edges } = await page({})
  const [third, tenth] = [edges[2], edges[9]]
  const older = await page({ after: third?.cursor, publishedBefore: tenth?.node.publishedAt })
  expect(idsOf(older)[0]).toBe(expected[10])
  const newer = await page({ after: tenth?.cursor, publishedBefore: third?.node.publishedAt })
  expect(idsOf(newer)[0]).toBe(expected[10])
})

it('gives 30 when nothing is said, and never more than 100', async () => {
  const { feed: byDefault } = await ask<{ feed: Page }>(video.subgraph, anonymous, feedOfDefaults)
  expect(idsOf(byDefault)).toEqual(expected.slice(0, 30))
  expect(idsOf(await page({ first: 100_000 }))).toEqual(expected.slice(0, 100))
  expect(await page({ first: 0 })).toMatchObject({ edges: [], pageInfo: { hasNextPage: true } })
})

it('is empty before the first video, with neither cursor nor next page', async () => {
  const nothing = await page({ publishedBefore: '2001-01-01T00:00:00.000Z' })
  expect(nothing).toEqual({
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  })
})

it('refuses cursors and moments that are none', async () => {
  for (const variables of [{ after: 'garbage' }, { first: -5 }, { publishedBefore: 'yesterday' }]) {
    expect(await refusal(video.subgraph, anonymous, feed, { first: 1, ...variables })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  }
})

it('takes a cursor from beyond the end of time for the beginning of the list', async () => {
  const after = Buffer.from('9999999999999999').toString('base64url')
  expect(idsOf(await page({ after }))).toEqual(expected.slice(0, 30))
})

it('answers a page by one statement, and what its videos are by one more', async () => {
  video.takeQueries()
  await ask(video.subgraph, anew(anonymous), '{ feed { pageInfo { endCursor } } }')
  expect(video.takeQueries()).toHaveLength(1)
  await ask(
    video.subgraph,
    anew(anonymous),
    '{ feed { edges { node { id title playUrl coverUrl duration author { id } } } } }',
  )
  expect(video.takeQueries()).toHaveLength(2)
})
