/**
 * Times the statements of search, topics, followed users, trends, views and recommendations over a filled database, one after the
 * other, over the product's own connections.
 */
import { sql, type Kysely } from 'kysely'
import pg from 'pg'
import type { VideoTables } from '../../db/ownership.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { createGroupCommit } from '../../platform/postgres/group-commit.ts'
import { queryOf, wantedTerms } from '../../platform/text/search-terms.ts'
import { Stack } from '../../start/running.ts'
import { createFollowingRepository } from '../../subgraphs/video/following/repository.ts'
import { createRecommendationRepository } from '../../subgraphs/video/recommended/repository.ts'
import { createSearchRepository } from '../../subgraphs/video/search/repository.ts'
import { rank } from '../../subgraphs/video/search/rank.ts'
import { createTitleRepository } from '../../subgraphs/video/titles/repository.ts'
import { createTopicRepository } from '../../subgraphs/video/topics/repository.ts'
import { createTrendRepository } from '../../subgraphs/video/trending/repository.ts'
import { createViewRepository, type View } from '../../subgraphs/video/views/repository.ts'
import { firstUserId, firstVideoId } from '../data-set.ts'
import { startFilledServices } from '../filled-services.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface DiscoveryOptions {
  /** Of the data set. */
  readonly videos: number
  /** Prints progress. */
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** How long one kind of read took, in milliseconds. */
export interface Timing {
  readonly name: string
  readonly median: number
  readonly p99: number
}

export interface Discovery {
  readonly timings: readonly Timing[]
  readonly viewsPerSecond: number
  /** Of the index of terms, in bytes. */
  readonly termIndex: number
}

const repetitions = 200
/** Users who follow so many. */
const followers = [17, 1_000, 5_000]

/**
 * Titles of Chinese and Latin words: `summer` in every fourth, a pair of characters in every 130th, another one in a fourth of
 * them that are all old, a topic in every twentieth.
 */
function titleOf(videos: number): string {
  const character = (step: number): string => `chr(19968 + ((i::bigint * ${step}) % 3001)::integer)`
  return `concat_ws(' ',
    ${[7919, 104_729, 1_299_709, 15_485_863].map(character).join(' || ')},
    case when i % 4 = 0 then 'summer' end, case when i % 130 = 0 then '你好' end, case when i % 20 = 0 then '#旅行' end,
    case when i between ${Math.floor(videos * 0.1)} and ${Math.floor(videos * 0.35)} then '圣诞' end,
    'clip', i)`
}

/** Measures the lists of a data set. */
export async function measureDiscovery({ videos, print, signal }: DiscoveryOptions): Promise<Discovery> {
  await using stack = new Stack()
  const folder = await mkdtemp(join(tmpdir(), 'short-video-bench-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
  const users = 20_000
  const dataSet = {
    ...{ users, videos, likes: 2 * videos, follows: 20 * users, messages: 0 },
    ...{ commentedVideos: 0, commentsPerCommentedVideo: 0 },
  }
  const { databaseUrl } = stack.use(
    await startFilledServices({ folder, dataSet, title: titleOf(videos), print, signal }),
  )
  function open<Tables>(schema: 'video' | 'user'): Kysely<Tables> {
    const db = openDatabase<Tables>({ url: databaseUrl, schema, poolSize: 4, onConnectionError: () => undefined })
    stack.use({ [Symbol.asyncDispose]: () => db.destroy() })
    return db
  }
  const db = open<VideoTables>('video')
  const began = performance.now()
  print(`Reading ${videos} titles`)
  await createTitleRepository(db).readUnread()
  print(`  took ${Math.round((performance.now() - began) / 1_000)} s`)
  await addFollowers(databaseUrl)

  const timings: Timing[] = []
  async function time(name: string, read: (n: number) => Promise<unknown>, times = repetitions): Promise<void> {
    const taken: number[] = []
    for (let n = 0; n < times + 10; n++) {
      signal.throwIfAborted()
      const start = performance.now()
      await read(n)
      // The first ones warm up.
      if (n >= 10) taken.push(performance.now() - start)
    }
    taken.sort((one, other) => one - other)
    const at = (share: number): number => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? NaN
    timings.push({ name, median: at(0.5), p99: at(0.99) })
    print(`${name.padEnd(60)} ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms`)
  }

  const search = createSearchRepository(db)
  const viewerId = String(firstUserId)
  const queries: readonly (readonly [string, (n: number) => string])[] = [
    ['a word of every fourth title', () => 'summer'],
    ['one letter', () => 's'],
    ['a pair of characters in every 130th title', () => '你好'],
    ['a pair of characters that only old titles have', () => '圣诞'],
    ['one character', (n) => String.fromCharCode(19_968 + ((n * 31) % 3_001))],
    ['the number of one title', (n) => `clip ${(n * 4_999) % videos}`],
    ['nothing that there is', (n) => `quux${n} 龘龘`],
    ['a topic', () => '#旅行'],
  ]
  for (const [name, queryAt] of queries) {
    await time(`search: ${name}`, async (n) => {
      const text = queryAt(n)
      const { videos: found } = await search.find({ query: queryOf(wantedTerms(text)), before: null, viewerId })
      rank(found, text)
    })
  }
  const topics = createTopicRepository(db)
  await time('topic: newest', () => topics.newest('旅行', { first: 30 }, viewerId))
  const following = createFollowingRepository(db)
  for (const [index, count] of followers.entries()) {
    await time(`following: ${count} users`, () =>
      following.page({ viewerId: String(index + 1), before: null, count: 31 }),
    )
  }
  const trends = createTrendRepository(db)
  await time('trending: ranked anew', () => trends.rank(), 5)
  await time('trending: a page', () => trends.page({ first: 30 }, viewerId))

  const recommendations = createRecommendationRepository(db)
  await time('recommended: candidates', (n) =>
    recommendations.candidates({ viewerId: String(firstUserId + n), seed: String(n) }),
  )
  await db.transaction().execute((tx) =>
    sql`insert into views select ${viewerId}::bigint, id, date_trunc('month', now())::date, now(), 0, true
      from videos order by published_at desc limit 20000`.execute(tx),
  )
  await time('recommended: candidates, 20 000 newest seen', (n) =>
    recommendations.candidates({ viewerId, seed: String(n) }),
  )

  const { rows } = await sql<{ bytes: string }>`select pg_relation_size('search_terms_by_term') as bytes`.execute(db)
  return { timings, viewsPerSecond: await measureViews(db, videos, print), termIndex: Number(rows[0]?.bytes) }
}

async function addFollowers(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  for (const [index, count] of followers.entries()) {
    await client.query(
      `insert into social.follows (follower_id, followee_id, id)
       select $1::bigint, ${firstUserId} + (n * 7919) % 20000, 900000000 + $1::bigint * 100000 + n from generate_series(1, $2::bigint) n`,
      [index + 1, count],
    )
    await client.query('insert into social.user_counts (user_id, follow_count) values ($1, $2)', [index + 1, count])
  }
  await client.query('vacuum analyze')
  await client.end()
}

/** How many views a second are stored and counted, by clients that report fifty at a time. */
async function measureViews(db: Kysely<VideoTables>, videos: number, print: (line: string) => void): Promise<number> {
  const repository = createViewRepository(db)
  await using commits = createGroupCommit<View, boolean>('views', (group) => repository.add(group))
  const [clients, reports, atOnce] = [100, 20, 50]
  const start = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let report = 0; report < reports; report++) {
        await Promise.all(
          Array.from({ length: atOnce }, (__, place) =>
            commits.submit({
              viewerId: String(firstUserId + 1_000 + client),
              videoId: String(firstVideoId + ((client * 7_919 + (report * atOnce + place) * 31) % videos)),
              positionMs: 4_000,
              isCompleted: false,
              isLong: true,
            }),
          ),
        )
      }
    }),
  )
  const perSecond = (clients * reports * atOnce) / ((performance.now() - start) / 1_000)
  print(`views: ${Math.round(perSecond)} per second`)
  return perSecond
}
