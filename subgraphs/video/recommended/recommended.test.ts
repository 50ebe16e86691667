import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { VideoTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { doesScheduledJobs, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'
import { groupBy } from '../../../platform/postgres/group-by.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { createLogger } from '../../../platform/runtime/logger.ts'
import { openRecommender } from './recommender.ts'
import { candidatesOf } from './repository.ts'

const videos = 700
const authors = 70
let video: VideoSubgraph

/** Video n is n hours old and by author 1000 + n % 70; every tenth has a topic. */
beforeAll(async () => {
  video = await startVideoSubgraph()
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select n, 1000 + n % ${authors}, case when n % 10 = 0 then '#tenth' else 'title' end, 'p', 'c', 'video/mp4', 1, 1500, 180,
       320, now() - n * interval '1 hour'
     from generate_series(1, ${videos}) n`,
  )
  await doesScheduledJobs(video.databaseUrl)
})
afterAll(() => video[Symbol.asyncDispose]())

interface Page {
  readonly edges: readonly {
    readonly cursor: string
    readonly reason: string
    readonly node: { readonly id: string; readonly author: { readonly id: string } }
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
const feed = `query ($first: Int! = 10, $after: String, $seed: Int, $from: Int) {
  recommendedFeed(first: $first, after: $after, seed: $seed, from: $from) {
    edges { cursor reason node { id author { id } } } pageInfo { hasNextPage endCursor }
  }
}`
async function page(viewerId: string, variables: Record<string, unknown> = {}, from = video): Promise<Page> {
  return (await ask<{ recommendedFeed: Page }>(from.subgraph, signedIn(viewerId), feed, variables)).recommendedFeed
}
const idsOf = ({ edges }: Page): string[] => edges.map(({ node }) => node.id)
const reasonsOf = ({ edges }: Page): Set<string> => new Set(edges.map(({ reason }) => reason))

async function sees(viewerId: string, condition = 'true'): Promise<void> {
  await video.sql(
    `insert into views select $1::bigint, id, date_trunc('month', now())::date, now(), 0, true from videos where ${condition}
     on conflict do nothing`,
    [viewerId],
  )
}

describe('the recommended feed', () => {
  it('shows no video twice in twenty pages, nor more than two of one author on a page', async () => {
    const seen: string[] = []
    let after: string | null = null
    for (let count = 0; count < 20; count++) {
      const next: Page = await page('1', { after })
      expect(next.edges).toHaveLength(10)
      const byAuthor = groupBy(next.edges, ({ node }) => node.author.id)
      expect(Math.max(...[...byAuthor.values()].map((each) => each.length))).toBeLessThanOrEqual(2)
      seen.push(...idsOf(next))
      expect(next.pageInfo.hasNextPage).toBe(true)
      after = next.pageInfo.endCursor
    }
    expect(new Set(seen).size).toBe(200)
  })

  it('answers the same page again, also after a restart, and goes on behind it', async () => {
    const first = await page('2')
    await using restarted = await startVideoSubgraph({ database: { url: video.databaseUrl } })
    const again = await page('2', { after: first.edges[4]?.cursor }, restarted)
    expect(idsOf(again).slice(0, 5)).toEqual(idsOf(first).slice(5))
    const second = await page('2', { after: first.pageInfo.endCursor }, restarted)
    expect(idsOf(second).filter((id) => idsOf(first).includes(id))).toEqual([])
    expect(await page('2', { after: first.pageInfo.endCursor })).toEqual(second)
  })

  it('is another one when it is refreshed, and the same for the same seed', async () => {
    const [one, other, same] = [
      await page('3', { seed: 1 }),
      await page('3', { seed: 2 }),
      await page('3', { seed: 1 }),
    ]
    expect(idsOf(other)).not.toEqual(idsOf(one))
    expect(idsOf(same)).toEqual(idsOf(one))
    expect(await page('3')).not.toEqual(await page('3'))
  })

  it('goes back in time to what the viewer has not seen, and only then shows what they have', async () => {
    await sees('4', 'id < 695')
    const first = await page('4')
    expect(
      idsOf(first)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([695, 696, 697, 698, 699, 700])
    expect(reasonsOf(first)).toEqual(new Set(['NEW']))
    const second = await page('4', { after: first.pageInfo.endCursor })
    expect(second.edges).toHaveLength(10)
    expect(reasonsOf(second)).toEqual(new Set(['SEEN']))
  })

  it('says why: who is followed, whom and which topics the viewer likes, what trends, what is new', async () => {
    await video.sql('insert into social.follows (follower_id, followee_id, id) values (5, 1003, 1)')
    await video.sql('insert into social.likes (user_id, video_id, id) values (5, 50, 2)')
    await sees('5', 'id = 50')
    const reasonOf = new Map<string, string>()
    let after: string | null = null
    // Chance decides on which page they are.
    for (let count = 0; count < 4; count++) {
      const { edges, pageInfo }: Page = await page('5', { first: 50, after })
      for (const { node, reason } of edges) if (!reasonOf.has(node.author.id)) reasonOf.set(node.author.id, reason)
      after = pageInfo.endCursor
    }
    expect(reasonOf.get('1003')).toBe('FOLLOWED')
    expect(reasonOf.get('1050')).toBe('LIKED_AUTHOR')
    expect([...reasonOf.values()]).toEqual(expect.arrayContaining(['LIKED_TOPIC', 'TRENDING']))
  })

  it('leaves out what the viewer is not interested in, their own videos, and those of banned and blocked users', async () => {
    const notInterested = `mutation ($input: NotInterestedInput!) { notInterested(input: $input) { isNoted } }`
    const dislikes = (input: Record<string, string>) => ask(video.subgraph, signedIn('1006'), notInterested, { input })
    await dislikes({ videoId: '1' })
    await dislikes({ authorId: '1002' })
    await dislikes({ topic: '#TENTH' })
    await video.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values (1006, 1004, 'MUTE', 1)`)
    await video.sql('update videos set is_hidden = true where author_id = 1005')
    const ids: number[] = []
    let after: string | null = null
    for (let count = 0; count < 12; count++) {
      const next: Page = await page('1006', { first: 50, after })
      ids.push(...idsOf(next).map(Number))
      after = next.pageInfo.endCursor
    }
    await video.sql('update videos set is_hidden = false')
    const kept = ids.filter((id) => id === 1 || id % 10 === 0 || [2, 4, 5, 6].includes(id % authors))
    expect(ids.length).toBeGreaterThan(500)
    expect(kept).toEqual([])
    for (const input of [{}, { videoId: '1', authorId: '2' }, { topic: '' }]) {
      expect(await refusal(video.subgraph, signedIn('1'), notInterested, { input })).toMatchObject({
        code: 'BAD_USER_INPUT',
      })
    }
    expect(await refusal(video.subgraph, anonymous, notInterested, { input: { videoId: '1' } })).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })

  it('shows the newest videos to callers without a token, page by page', async () => {
    const ids: string[] = []
    let after: string | null = null
    for (let count = 0; count < 3; count++) {
      const { recommendedFeed: next }: { recommendedFeed: Page } = await ask(video.subgraph, anonymous, feed, { after })
      expect(reasonsOf(next)).toEqual(new Set(['NEW']))
      ids.push(...idsOf(next))
      after = next.pageInfo.endCursor
    }
    expect(ids).toEqual(Array.from({ length: 30 }, (_, index) => String(index + 1)))
  })

  it('refuses seeds, places and cursors that are none', async () => {
    for (const variables of [
      ...[{ seed: -1 }, { after: 'garbage' }, { first: -1 }, { from: 1 }, { seed: 1, from: -1 }],
      ...[encodeCursor('1', String(2 ** 31), '0'), encodeCursor('1700000000000')].map((cursor) => ({ after: cursor })),
    ]) {
      expect(await refusal(video.subgraph, signedIn('1'), feed, variables)).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
  })

  it('reads indexes alone', async () => {
    await video.sql('vacuum analyze')
    const db = openDatabase<VideoTables>({
      url: video.databaseUrl,
      schema: 'video',
      poolSize: 1,
      onConnectionError: () => undefined,
    })
    await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
    await sql`set enable_seqscan = off`.execute(db)
    const { rows } = await sql<Record<string, string>>`explain ${candidatesOf({ viewerId: '1', seed: '1' })}`.execute(
      db,
    )
    const plan = rows.map((row) => Object.values(row)[0]).join('\n')
    expect(plan).not.toMatch(/Seq Scan on (videos|video_topics|views|recommendations|likes|follows|trends)/)
    expect(plan).toContain('videos_feed')
  })
})

describe('a recommender of its own', () => {
  let server: Server | undefined
  afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))))

  async function startGorse(answer: (path: string) => string | null): Promise<string> {
    server = createServer((request, response) => {
      const body = answer(request.url ?? '')
      if (body !== null) response.setHeader('content-type', 'application/json').end(body)
    })
    await new Promise((resolve) => server?.listen(0, '127.0.0.1', () => resolve(undefined)))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const recommenderAt = (url: string) => openRecommender(url, 'key', createLogger('silent', 'test'))

  it('is asked first, and what it names is shown unless the viewer must not or need not see it', async () => {
    const paths: string[] = []
    const url = await startGorse((path) => {
      paths.push(path)
      return JSON.stringify(['400', '401', 'nonsense', '999999'])
    })
    await sees('8', 'id = 401')
    await using with8 = await startVideoSubgraph({
      database: { url: video.databaseUrl },
      recommender: recommenderAt(url),
    })
    const { edges } = await page('8', { first: 50 }, with8)
    expect(edges.filter(({ reason }) => reason === 'RECOMMENDER').map(({ node }) => node.id)).toEqual(['400'])
    expect(paths).toEqual(['/api/recommend/8?n=150'])
  })

  it.each([
    ['does not answer', () => null],
    ['answers nonsense', () => 'nonsense'],
  ])('is done without when it %s, and not asked again at once', async (_, answer) => {
    let asked = 0
    const url = await startGorse(() => {
      asked++
      return answer()
    })
    await using without = await startVideoSubgraph({
      database: { url: video.databaseUrl },
      recommender: recommenderAt(url),
    })
    expect((await page('9', {}, without)).edges).toHaveLength(10)
    expect((await page('9', {}, without)).edges).toHaveLength(10)
    expect(asked).toBe(1)
    server?.closeAllConnections()
  })
})
