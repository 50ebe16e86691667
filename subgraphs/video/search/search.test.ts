import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../platform/postgres/database.ts'
import type { VideoTables } from '../../../db/ownership.ts'
import { queryOf, wantedTerms } from '../../../platform/text/search-terms.ts'
import { administrator, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { doesScheduledJobs, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'
import { createTitleRepository } from '../titles/repository.ts'
import { candidatesAmong, createSearchRepository, hitsAmongNewest, hitsByTerm, hitsByWeek } from './repository.ts'

let video: VideoSubgraph
let lastId = 0
const newest = Date.parse('2026-01-02T00:00:00.000Z')

beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

/** Inserts videos as an earlier version of the product did: without terms. The first one is the newest. */
async function insert(titles: readonly string[], { authorId = '7', before = newest } = {}): Promise<string[]> {
  const ids = titles.map(() => String(++lastId))
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select id, $3, title, 'p/' || id, 'c/' || id, 'video/mp4', 1, 1500, 180, 320,
       to_timestamp($4::float8 / 1000) - id * interval '1 minute'
     from unnest($1::bigint[], $2::text[]) as videos (id, title)`,
    [ids, titles, authorId, before],
  )
  return ids
}

async function adds(titles: readonly string[], options: Parameters<typeof insert>[1] = {}): Promise<string[]> {
  const ids = await insert(titles, options)
  await doesScheduledJobs(video.databaseUrl)
  return ids
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string; readonly title: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
const search = `query ($query: String!, $first: Int! = 20, $after: String) {
  searchVideos(query: $query, first: $first, after: $after) {
    edges { cursor node { id title } } pageInfo { hasNextPage endCursor }
  }
}`
async function page(query: string, variables: Record<string, unknown> = {}, caller = anonymous): Promise<Page> {
  return (await ask<{ searchVideos: Page }>(video.subgraph, caller, search, { query, ...variables })).searchVideos
}
async function titlesOf(query: string, caller = anonymous): Promise<string[]> {
  return (await page(query, {}, caller)).edges.map(({ node }) => node.title)
}

describe('the search for videos', () => {
  it('finds titles that were there before, once the scheduled job has read them', async () => {
    await insert(['从前的國語歌曲'])
    expect(await titlesOf('国语')).toEqual([])
    await doesScheduledJobs(video.databaseUrl)
    expect(await titlesOf('国语')).toEqual(['从前的國語歌曲'])
    expect(await video.sql('select from unread_titles')).toEqual([])
  })

  it('reads all titles again when the terms are made in another way', async () => {
    const [id] = await adds(['made anew'])
    await video.sql('update title_reading set version = 0')
    await video.sql('delete from search_terms where video_id = $1', [id])
    await doesScheduledJobs(video.databaseUrl)
    expect(await titlesOf('made anew')).toEqual(['made anew'])
  })

  it('is best first: the same title, then what begins with it, then newer and more liked ones', async () => {
    const ids = await adds([
      'a walk with zebras',
      'more about zebras',
      'zebras',
      'zebras at night',
      'old zebras indeed',
    ])
    await video.sql('insert into social.video_counts (video_id, favorite_count) values ($1, 100)', [ids[4]])
    expect(await titlesOf('Zebras')).toEqual([
      'zebras',
      'zebras at night',
      'old zebras indeed',
      'more about zebras',
      'a walk with zebras',
    ])
  })

  it('pages without gap or repeat, beyond the candidates that are ranked together', async () => {
    const ids = await adds(Array.from({ length: 730 }, (_, index) => `puffin ${index}`))
    const found: string[] = []
    let after: string | null = null
    for (let pages = 0; pages < 20; pages++) {
      const next: Page = await page('puffin', { first: 50, after })
      found.push(...next.edges.map(({ node }) => node.id))
      if (!next.pageInfo.hasNextPage) break
      after = next.pageInfo.endCursor
    }
    expect(found).toHaveLength(730)
    expect(new Set(found)).toEqual(new Set(ids))
  })

  it('finds a new title at once, and no longer the old one; only its author can change it', async () => {
    const [id] = await adds(['the former name'], { authorId: '8' })
    const setTitle = `mutation ($id: ID!, $title: String!) {
      setTitle(input: { videoId: $id, title: $title }) { video { title } }
    }`
    const variables = { id, title: 'renamed wombat' }
    expect(await refusal(video.subgraph, signedIn('9'), setTitle, variables)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusal(video.subgraph, anonymous, setTitle, variables)).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await refusal(video.subgraph, signedIn('8'), setTitle, { ...variables, id: '999' })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(
      await refusal(video.subgraph, signedIn('8'), setTitle, { ...variables, title: 'x'.repeat(101) }),
    ).toMatchObject({ code: 'BAD_USER_INPUT' })
    await ask(video.subgraph, signedIn('8'), setTitle, variables)
    expect(await titlesOf('wombat')).toEqual(['renamed wombat'])
    expect(await titlesOf('former name')).toEqual([])
    expect(await video.sql('select from unread_titles')).toEqual([])
  })

  it('finds neither what was deleted, nor the videos of banned users, nor of those whom the viewer has blocked', async () => {
    const [deleted] = await adds(['okapi one'], { authorId: '11' })
    await adds(['okapi two'], { authorId: '12' })
    await adds(['okapi three'], { authorId: '13' })
    await ask(
      video.subgraph,
      signedIn('11'),
      'mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }',
      {
        id: deleted,
      },
    )
    expect(await titlesOf('okapi')).toEqual(['okapi two', 'okapi three'])
    await video.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values (20, 12, 'BLOCK', 1)`)
    expect(await titlesOf('okapi', signedIn('20'))).toEqual(['okapi three'])
    await video.sql(
      `insert into "user".accounts (id, name, password_hash, banned_at, ban_reason) values (13, 'banned', '', now(), 'x')`,
    )
    await video.sql('update videos set is_hidden = true where author_id = 13')
    expect(await titlesOf('okapi', administrator('1'))).toEqual(['okapi two'])
  })

  it('finds what only old videos have, however many of them', async () => {
    const db = openDatabase<VideoTables>({
      url: video.databaseUrl,
      schema: 'video',
      poolSize: 1,
      onConnectionError: () => undefined,
    })
    await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
    await insert(
      Array.from({ length: 4_500 }, () => 'a burst of narwhals'),
      { before: Date.parse('2025-01-01') },
    )
    await insert(
      Array.from({ length: 5_500 }, () => 'nothing'),
      { before: Date.parse('2027-01-01') },
    )
    await createTitleRepository(db).readUnread()
    const { videos, next } = await createSearchRepository(db).find({
      query: queryOf(wantedTerms('narwhal')),
      before: null,
      viewerId: undefined,
    })
    expect(videos).toHaveLength(300)
    expect(next).not.toBeNull()
    await db.transaction().execute(async (tx) => {
      const { rows } = await candidatesAmong(hitsByWeek(`'narwhals'`, 'infinity', 0, 200), undefined).execute(tx)
      expect(rows).toHaveLength(300)
    })
  })

  it('reads rare terms by their index over connections of the product, and common ones from the newest videos', async () => {
    const db = openDatabase<VideoTables>({
      url: video.databaseUrl,
      schema: 'video',
      poolSize: 1,
      onConnectionError: () => undefined,
    })
    await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
    await video.sql('analyze search_terms')
    const planOf = async (hits: ReturnType<typeof hitsByTerm>): Promise<string> =>
      db.transaction().execute(async (tx) => {
        const { sql } = await import('kysely')
        await sql`set local enable_bitmapscan = on`.execute(tx)
        const { rows } = await sql<Record<string, string>>`explain ${candidatesAmong(hits, '1')}`.execute(tx)
        return rows.map((row) => Object.values(row)[0]).join('\n')
      })
    for (const hits of [hitsByTerm(`'zebras':*`, 'infinity'), hitsByWeek(`'nothing' & '猫':*`, 'infinity', 0, 32)]) {
      const plan = await planOf(hits)
      expect(plan).toContain('Bitmap Index Scan on search_terms_by_term')
      expect(plan).not.toMatch(/Seq Scan on (search_terms|videos|video_counts)/)
    }
    const plan = await planOf(hitsAmongNewest(`'zebras':*`, 'infinity'))
    expect(plan).toContain('Index Scan using search_terms_by_time')
    expect(plan).not.toMatch(/Seq Scan on (search_terms|videos|video_counts)/)
  })

  it('answers nothing for what has no letters, and refuses empty and long queries and made-up cursors', async () => {
    expect(await page('!?')).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } })
    for (const variables of [
      { query: ' ' },
      { query: 'x'.repeat(101) },
      { query: 'zebras', after: 'garbage' },
      { query: 'zebras', first: -1 },
    ]) {
      expect(await refusal(video.subgraph, anonymous, search, variables)).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
  })
})
