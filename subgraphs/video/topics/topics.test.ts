import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { doesScheduledJobs, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'

let video: VideoSubgraph
let lastId = 0
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

/** Adds a video; each is a minute older than the one before. */
async function adds(title: string, authorId = '7'): Promise<string> {
  const id = String(++lastId)
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     ) values ($1, $2, $3, 'p', 'c', 'video/mp4', 1, 1500, 180, 320, now() - $1::bigint * interval '1 minute')`,
    [id, authorId, title],
  )
  await doesScheduledJobs(video.databaseUrl)
  return id
}

interface Topic {
  readonly name: string
  readonly videoCount: number
  readonly videos: {
    readonly edges: readonly { readonly node: { readonly id: string } }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}
const topic = `query ($name: String!, $order: TopicOrder! = HOT, $first: Int! = 30, $after: String) {
  topic(name: $name) {
    name videoCount
    videos(order: $order, first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
  }
}`
async function find(name: string, variables = {}, caller = anonymous): Promise<Topic | null> {
  return (await ask<{ topic: Topic | null }>(video.subgraph, caller, topic, { name, ...variables })).topic
}
const idsOf = (found: Topic | null): string[] => found?.videos.edges.map(({ node }) => node.id) ?? []
const setTitle =
  'mutation ($id: ID!, $title: String!) { setTitle(input: { videoId: $id, title: $title }) { __typename } }'

describe('topics', () => {
  it('are read out of titles, and found in any case, width and script', async () => {
    const ids = [await adds('at the sea #夏日旅行 #Sunset'), await adds('again ＃夏日旅行')]
    for (const name of ['夏日旅行', '#夏日旅行', '＃夏日旅行']) expect((await find(name))?.videoCount).toBe(2)
    expect(idsOf(await find('夏日旅行', { order: 'NEWEST' }))).toEqual(ids)
    expect(await find('sUNSET')).toMatchObject({ name: 'Sunset', videoCount: 1 })
    const { video: shown } = await ask<{ video: { topics: unknown } }>(
      video.subgraph,
      anonymous,
      `{ video(id: ${ids[0] ?? ''}) { topics { name videoCount } } }`,
    )
    expect(shown.topics).toEqual([
      { name: '夏日旅行', videoCount: 2 },
      { name: 'Sunset', videoCount: 1 },
    ])
    expect(await find('unknown')).toBeNull()
    expect(await refusal(video.subgraph, anonymous, topic, { name: '' })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('count the videos that are shown, whatever becomes of them', async () => {
    const counts = async () => [(await find('first'))?.videoCount ?? 0, (await find('second'))?.videoCount ?? 0]
    const [id] = [await adds('#first', '8'), await adds('#first #second', '9')]
    expect(await counts()).toEqual([2, 1])
    await ask(video.subgraph, signedIn('8'), setTitle, { id, title: '#second now' })
    expect(await counts()).toEqual([1, 2])
    await video.sql('update videos set is_hidden = true where author_id = 9')
    expect(await counts()).toEqual([0, 1])
    expect(idsOf(await find('second'))).toEqual([id])
    await video.sql('update videos set is_hidden = false where author_id = 9')
    expect(await counts()).toEqual([1, 2])
    await ask(
      video.subgraph,
      signedIn('8'),
      'mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }',
      {
        id,
      },
    )
    expect(await counts()).toEqual([1, 1])
  })

  it('show the newest videos, or the hot ones, in pages without gap or repeat', async () => {
    const ids: string[] = []
    for (let index = 0; index < 7; index++) ids.push(await adds(`number ${index} #paged`))
    await video.sql('insert into social.video_counts (video_id, favorite_count) values ($1, 50)', [ids[6]])
    for (const [order, expected] of [
      ['NEWEST', ids],
      ['HOT', [ids[6], ...ids.slice(0, 6)]],
    ] as const) {
      const seen: string[] = []
      let after: string | null = null
      do {
        const page: Topic | null = await find('paged', { order, first: 3, after })
        seen.push(...idsOf(page))
        after = page?.videos.pageInfo.hasNextPage ? page.videos.pageInfo.endCursor : null
      } while (after !== null)
      expect(seen).toEqual(expected)
    }
  })

  it('leave out whom the viewer has blocked', async () => {
    await adds('#kept', '12')
    await video.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values (20, 12, 'BLOCK', 1)`)
    expect(idsOf(await find('kept', { order: 'NEWEST' }, signedIn('20')))).toEqual([])
    expect(idsOf(await find('kept', { order: 'HOT' }, signedIn('20')))).toEqual([])
    expect(idsOf(await find('kept'))).toHaveLength(1)
  })

  it('are searched for by a part of their names, the same name first and then the largest', async () => {
    for (const title of ['#lake', '#lakeside', '#lakeside', '#blacklake', '#100%lake']) await adds(title)
    interface Page {
      readonly edges: readonly { readonly node: Topic }[]
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
    }
    const list = `query ($query: String! = "#Lake", $first: Int! = 20, $after: String) {
      searchTopics(query: $query, first: $first, after: $after) {
        edges { node { name videoCount } } pageInfo { hasNextPage endCursor }
      }
    }`
    const search = async (variables: Record<string, unknown> = {}): Promise<Page> =>
      (await ask<{ searchTopics: Page }>(video.subgraph, anonymous, list, variables)).searchTopics
    const namesOf = ({ edges }: Page): string[] => edges.map(({ node }) => node.name)
    expect(namesOf(await search())).toEqual(['lake', 'lakeside', 'blacklake'])
    for (const first of [1, 2]) {
      const seen: string[] = []
      let after: string | null = null
      do {
        const page: Page = await search({ first, after })
        seen.push(...namesOf(page))
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      } while (after !== null)
      expect(seen).toEqual(['lake', 'lakeside', 'blacklake'])
    }
    // As large as others, whose order is that of their names.
    for (const title of ['#wood a', '#woodb', '#woodc', '#awood']) await adds(title)
    const { pageInfo } = await search({ query: 'wood', first: 2 })
    expect(namesOf(await search({ query: 'wood', after: pageInfo.endCursor }))).toEqual(['woodb', 'woodc'])
    for (const after of ['garbage', encodeCursor('1')]) {
      expect(await refusal(video.subgraph, anonymous, list, { after })).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
  })
})

describe('mentions in titles', () => {
  it('are of the users who have the name, as soon as a title is changed, and not of whom the viewer has blocked', async () => {
    await video.sql(
      `insert into "user".accounts (id, name, password_hash) values (31, 'greta', ''), (32, 'greta b', '')`,
    )
    const id = await adds('nothing', '30')
    await ask(video.subgraph, signedIn('30'), setTitle, { id, title: '🐱 with @greta and @greta b, and @nobody' })
    const mentions = async (caller = anonymous) =>
      (
        await ask<{ video: { mentions: unknown } }>(
          video.subgraph,
          caller,
          `{ video(id: ${id}) { mentions { user { id } offset length } } }`,
        )
      ).video.mentions
    const [greta, other] = [
      { user: { id: '31' }, offset: 8, length: 6 },
      { user: { id: '32' }, offset: 19, length: 8 },
    ]
    expect(await mentions()).toEqual([greta, other])
    await video.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values (40, 32, 'BLOCK', 2)`)
    expect(await mentions(signedIn('40'))).toEqual([greta])
    await ask(video.subgraph, signedIn('30'), setTitle, { id, title: '@greta b' })
    expect(await mentions()).toEqual([{ user: { id: '32' }, offset: 0, length: 8 }])
  })
})
