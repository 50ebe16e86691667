import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

let network: Network
let viewer: TestPerson

beforeAll(async () => {
  network = await bootNetwork()
  viewer = await network.person('viewer')
  const client = new pg.Client({ connectionString: network.databaseUrl })
  await client.connect()
  await client.query(`
    insert into "user".accounts (id, name, password_hash)
    select i, 'author-' || i, 'none' from generate_series(1, 40) i`)
  await client.query(`
    insert into video.videos
      (id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at)
    select i, 1 + i % 20, 'Video ' || i, 'p', 'c', 'video/mp4', 1, 1000, 9, 16, now() - i * interval '1 second'
    from generate_series(1, 60) i`)
  await client.query(`
    insert into social.comments (id, video_id, author_id, content)
    select i, 1, 21 + i % 20, 'Comment ' || i from generate_series(1, 60) i`)
  await client.end()
})

afterAll(async () => {
  await network[Symbol.asyncDispose]()
})

/** What a client of the feed shows; each field would be expensive if it were not batched. */
const feed = `query Feed($first: Int!) {
  feed(first: $first) {
    edges {
      node {
        id title playUrl coverUrl favoriteCount commentCount isFavorite
        author { id name avatar followingCount followerCount isFollow totalFavorited workCount favoriteCount }
      }
    }
  }
}`

/** The statements for showing the feed to a user with recent writes, so that caches are not used. */
async function statementsOf(first: number): Promise<string[]> {
  await viewer.likes('1')
  network.takeQueries()
  const { feed: page } = await viewer.asks<{ feed: { edges: unknown[] } }>(feed, { first })
  expect(page.edges).toHaveLength(first)
  return network.takeQueries()
}

describe('a page is read in a fixed number of statements', () => {
  it('the feed of the REST contract in eight, when nothing is kept', async () => {
    await viewer.likes('1')
    network.takeQueries()
    const { video_list: videos } = await viewer.calls<{ video_list: unknown[] }>('GET', '/douyin/feed/')
    expect(videos).toHaveLength(30)
    expect(new Set(network.takeQueries()).size).toBe(8)
  })

  it('comments of the REST contract in eight: one says whether the viewer may be shown the video', async () => {
    await viewer.likes('1')
    network.takeQueries()
    const { comment_list: comments } = await viewer.calls<{ comment_list: unknown[] }>('GET', '/douyin/comment/list/', {
      video_id: 1,
    })
    expect(comments).toHaveLength(60)
    expect(new Set(network.takeQueries()).size).toBeLessThanOrEqual(8)
  })

  it('thirty videos by twenty authors take nine at most', async () => {
    const statements = await statementsOf(30)
    // The page, its videos, their authors, three kinds of counts, whom the viewer has blocked or muted, and the viewer's flags.
    expect(new Set(statements).size).toBe(8)
    // The viewer's likes and follows are read by one statement, unless one of them comes a little later.
    expect(statements.length).toBeLessThanOrEqual(9)
  })

  it('and once they are kept, only what the viewer has to do with them is asked', async () => {
    const reader = await network.person('reader')
    await reader.asks(feed, { first: 30 })
    await expect
      .poll(async () => {
        network.takeQueries()
        await reader.asks(feed, { first: 30 })
        return network.takeQueries().filter((sql) => !/boundaries|hidden_people/.test(sql))
      })
      .toEqual([])
  })

  it.each([
    ['users', 'query ($ids: [ID!]!) { found: users(ids: $ids) { id name workCount followerCount isFollow } }'],
    ['videos', 'query ($ids: [ID!]!) { found: videos(ids: $ids) { id title favoriteCount author { id name } } }'],
    ['nodes', 'query ($ids: [ID!]!) { found: nodes(ids: $ids) { id ... on User { name } } }'],
  ])('%s whose ids are given many times are read like one', async (_, query) => {
    const [once, often] = [['1'], Array.from({ length: 50 }, () => '1')]
    await viewer.likes('1')
    network.takeQueries()
    await viewer.asks(query, { ids: once })
    const statements = network.takeQueries().toSorted()
    const { found } = await viewer.asks<{ found: { id: string }[] }>(query, { ids: often })
    const again = network.takeQueries()
    expect(again.length).toBeLessThanOrEqual(statements.length)
    // Cached rows are not read at all.
    expect(statements).toEqual(expect.arrayContaining(again))
    expect(found).toHaveLength(50)
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(once))
  })

  it('a page of five and a page of sixty take the same', async () => {
    // For cached rows only the versions are read.
    await statementsOf(60)
    expect(new Set(await statementsOf(60))).toEqual(new Set(await statementsOf(5)))
    expect((await statementsOf(60)).length).toBeLessThanOrEqual(9)
  })
})
