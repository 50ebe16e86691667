import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VideoTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'
import { mostAuthors, ofAuthors, ofNewest } from './repository.ts'

const authors = 400
const videos = 8_000
let video: VideoSubgraph

/** Video n is n minutes old, and by author 1000 + n % 400. */
beforeAll(async () => {
  video = await startVideoSubgraph()
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select n, 1000 + n % ${authors}, 'title', 'p', 'c', 'video/mp4', 1, 1500, 180, 320, now() - n * interval '1 minute'
     from generate_series(1, ${videos}) n`,
  )
  await follows('1', 5)
  await follows('2', mostAuthors + 50)
  // So many others that a scan would be noticed.
  await video.sql(
    `insert into social.follows (follower_id, followee_id, id)
     select 5000 + n / 100, 1000 + n % 100, 5000000 + n from generate_series(1, 20000) n`,
  )
  await video.sql('analyze')
})
afterAll(() => video[Symbol.asyncDispose]())

async function follows(userId: string, count: number, from = 0): Promise<void> {
  await video.sql(
    `insert into social.follows (follower_id, followee_id, id)
     select $1::bigint, 1000 + n, $1::bigint * 100000 + n from generate_series($3::bigint, $3::bigint + $2::bigint - 1) n`,
    [userId, count, from],
  )
  await video.sql('insert into social.user_counts (user_id, follow_count) values ($1, $2)', [userId, count])
}

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
const feed = `query ($first: Int! = 30, $after: String) {
  followingFeed(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}`
async function pages(viewerId: string, first: number, most: number): Promise<number[]> {
  const ids: number[] = []
  let after: string | null = null
  for (let count = 0; count < most; count++) {
    const { followingFeed: page }: { followingFeed: Page } = await ask(video.subgraph, signedIn(viewerId), feed, {
      first,
      after,
    })
    ids.push(...page.edges.map(({ node }) => Number(node.id)))
    if (!page.pageInfo.hasNextPage) break
    after = page.pageInfo.endCursor
  }
  return ids
}
const expected = (count: number): number[] =>
  Array.from({ length: videos }, (_, index) => index + 1).filter((id) => id % authors < count)

describe('the feed of followed users', () => {
  it.each([
    ['few', '1', 5],
    ['many', '2', mostAuthors + 50],
  ])(
    'has all videos of those whom someone follows, newest first, without gap or repeat: of %s',
    async (_, viewer, count) => {
      expect(await pages(viewer, 100, 100)).toEqual(expected(count))
    },
  )

  it('leaves out whom the viewer has muted, and the videos of banned users', async () => {
    await follows('3', 3, 10)
    await video.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values (3, 1010, 'MUTE', 1)`)
    await video.sql('update videos set is_hidden = true where author_id = 1011')
    const ids = await pages('3', 100, 10)
    expect(new Set(ids.map((id) => id % authors))).toEqual(new Set([12]))
    expect(ids).toHaveLength(videos / authors)
  })

  it.each([
    ['few', '4', 3],
    ['many', '5', mostAuthors + 50],
  ])('has what is published for friends, of friends alone, and nothing private: of %s', async (_, viewer, count) => {
    await follows(viewer, count, 20)
    const [friend, other] = ['1020', '1021']
    await video.sql('insert into social.follows (follower_id, followee_id, id) values ($1, $2, $3)', [
      ...[friend, viewer, `77${viewer}`],
    ])
    const newest = async (authorId: string, visibility: string): Promise<number> => {
      const [row] = await video.sql(
        `update videos set visibility = $2 where id = (
           select id from videos where author_id = $1 and visibility = 'PUBLIC' order by published_at desc limit 1
         ) returning id`,
        [authorId, visibility],
      )
      return Number(row?.['id'])
    }
    const shown = await newest(friend, 'FRIENDS')
    const hidden = [await newest(friend, 'PRIVATE'), await newest(other, 'FRIENDS'), await newest(other, 'PRIVATE')]
    const ids = await pages(viewer, 100, 100)
    expect(ids).toContain(shown)
    expect(ids).not.toEqual(expect.arrayContaining([expect.toSatisfy((id: number) => hidden.includes(id))]))
    expect(ids).toEqual(ids.toSorted((one, next) => one - next))
  })

  it('is nobody’s without a token, and empty for who follows nobody', async () => {
    expect(await refusal(video.subgraph, anonymous, feed)).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await pages('99', 30, 1)).toEqual([])
  })

  it('reads indexes alone, for few authors and for many', async () => {
    const db = openDatabase<VideoTables>({
      url: video.databaseUrl,
      schema: 'video',
      poolSize: 1,
      onConnectionError: () => undefined,
    })
    await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
    const question = { viewerId: '2', before: null, count: 31 }
    for (const [statement, most] of [
      [ofAuthors({ ...question, viewerId: '1' }), 400],
      [ofNewest(question), 400],
    ] as const) {
      const { rows } = await sql<Record<string, string>>`explain (analyze, costs off, timing off) ${statement}`.execute(
        db,
      )
      const plan = rows.map((row) => Object.values(row)[0]).join('\n')
      expect(plan).not.toMatch(/Seq Scan on (videos|follows)/)
      const read = [...plan.matchAll(/rows=(\d+)(?:\.\d+)? loops=(\d+)/g)].map(
        ([, count, loops]) => Number(count) * Number(loops),
      )
      expect(Math.max(...read)).toBeLessThan(most)
    }
  })
})
