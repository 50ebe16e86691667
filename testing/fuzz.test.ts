import { readFileSync } from 'node:fs'
import pg from 'pg'
import { buildSchema, printSchema } from 'graphql'
import { Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../rest-adapter/endpoints/table.ts'
import { publicSchema } from '../schema/public-schema.ts'
import { makeClip } from './clips.ts'
import { argumentPlaces } from './hostile/arguments.ts'
import { nastyTexts, nastyValues } from './hostile/values.ts'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

/** Internal details that no answer may contain. None of the values contains one of them. */
const inside = /node_modules|\n {4}at |\.ts:\d|PostgresError|syntax error at|invalid input syntax|violates|ECONN|_pkey/

const atOnce = 8

/** A share of the values for each place: every value meets many places, and every place many values. */
function share<Value>(values: readonly Value[], place: number, isText: boolean): Value[] {
  const step = isText ? 2 : 5
  return values.filter((_, index) => index % step === place % step)
}

/** Parameters and arguments that are stored as sent. */
const texts = /^(username|password|comment_text|content|title|signature|name|newPassword)$/

let network: Network
let alice: TestPerson
let bob: TestPerson
let video: string
let rest: Pool
let graph: Pool
let prototype: string[]

beforeAll(async () => {
  prototype = Object.getOwnPropertyNames(Object.prototype)
  // Password hashing is slow: a few comparisons and a few accounts are enough.
  network = await bootNetwork({ settings: { LOGIN_FAILURES: '1', REGISTRATIONS_PER_HOUR: '20' } })
  ;[alice, bob] = [await network.person('alice'), await network.person('bob')]
  video = await bob.publishes('sunset', await makeClip({}))
  rest = new Pool(network.restUrl, { connections: atOnce })
  graph = new Pool(new URL(network.graphqlUrl).origin, { connections: atOnce })
})

afterAll(async () => {
  await Promise.all([rest.destroy(), graph.destroy()])
  await network[Symbol.asyncDispose]()
})

/** Works on all items, several at a time. */
async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of left) await work(item)
    }),
  )
}

/** The number of rows of a table. */
async function count(table: string): Promise<number> {
  const client = new pg.Client({ connectionString: network.databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`)
  await client.end()
  return Number(rows[0]?.count)
}

const changing = ['"user".accounts', 'social.comments', 'chat.messages', 'video.videos'] as const
const counts = async (): Promise<number[]> => Promise.all(changing.map(count))

describe('whatever a client sends', { timeout: 120_000 }, () => {
  it('in a parameter of a REST route, he is answered as the contract says, and what is refused changes nothing', async () => {
    const right = { token: alice.token, user_id: alice.id, video_id: video, to_user_id: bob.id, action_type: '1', username: 'x', password: 'x' } // prettier-ignore
    const own: Readonly<Record<string, readonly string[]>> = {
      '/douyin/feed': ['latest_time'],
      '/douyin/user/register': ['username', 'password'],
      '/douyin/user/login': ['username', 'password'],
      '/douyin/user': ['user_id'],
      '/douyin/publish/action': ['title'],
      '/douyin/publish/list': ['user_id'],
      '/douyin/favorite/action': ['video_id', 'action_type'],
      '/douyin/favorite/list': ['user_id'],
      '/douyin/comment/action': ['video_id', 'action_type', 'comment_text', 'comment_id'],
      '/douyin/comment/list': ['video_id'],
      '/douyin/relation/action': ['to_user_id', 'action_type'],
      '/douyin/relation/follow/list': ['user_id'],
      '/douyin/relation/follower/list': ['user_id'],
      '/douyin/relation/friend/list': ['user_id'],
      '/douyin/message/chat': ['to_user_id', 'pre_msg_time'],
      '/douyin/message/action': ['to_user_id', 'action_type', 'content'],
    }
    expect(endpoints.map(({ path }) => path)).toEqual(Object.keys(own))
    const before = await counts()
    const accepted = new Map<string, number>()

    const places = endpoints.flatMap(({ method, path }) =>
      [...(own[path] ?? []), 'token'].map((name) => ({ method, path, name })),
    )
    const calls = places.flatMap((place, at) =>
      share(nastyTexts, at, texts.test(place.name)).map((value, index) => ({ ...place, value, index })),
    )
    await forEach(calls, async ({ method, path, name, value, index }) => {
      const values = { ...right, [name]: value }
      // Lone surrogates only survive as JSON.
      const asJson = index % 2 === 1
      const query = new URLSearchParams(values).toString()
      const { statusCode, body } = await rest.request({
        method,
        path: asJson || query.length > 8_000 ? path : `${path}?${query}`,
        ...(asJson && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(values) }),
        ...(!asJson &&
          query.length > 8_000 && { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: query }),
      })
      const text = await body.text()
      const { status_code: code, ...more } = JSON.parse(text) as { status_code: number; comment?: object }
      const what = `${path} ${name}=${JSON.stringify(value)}`
      expect([what, statusCode, typeof code]).toEqual([what, 200, 'number'])
      expect([0, 400, 401, 403, 404, 409, 413, 415, 429], what).toContain(code)
      expect(text).not.toMatch(inside)
      if (code === 0) accepted.set(path, (accepted.get(path) ?? 0) + 1)
      if (code === 0 && path === '/douyin/comment/action') expect(more.comment).toBeDefined()
    })

    const ok = (path: string): number => accepted.get(path) ?? 0
    const [people = 0, comments = 0, messages = 0, videos = 0] = before
    expect(await counts()).toEqual([
      people + ok('/douyin/user/register'),
      comments + ok('/douyin/comment/action'),
      messages + ok('/douyin/message/action'),
      videos,
    ])
    expect(ok('/douyin/comment/action')).toBeGreaterThan(10)
  })

  it('in an argument of the graph, he is answered with a code, and what is refused changes nothing', async () => {
    const supergraph = readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8')
    const schema = buildSchema(printSchema(publicSchema(supergraph)))
    const examples: Readonly<Record<string, string>> = { id: video, videoId: video, userId: bob.id, toUserId: bob.id, password: 'x', name: 'x' } // prettier-ignore
    const places = argumentPlaces(schema, (name) => examples[name])
    expect(places.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Query.feed(first)', 'User.videos(after)', 'Mutation.addComment(input.content)']),
    )
    const before = await counts()
    const accepted = new Map<string, number>()

    const values = [...nastyTexts, ...nastyValues]
    const calls = places.flatMap((place, at) =>
      share(values, at, texts.test(place.leaf)).map((value) => ({ place, value })),
    )
    await forEach(calls, async ({ place: { name, fieldName, query, variablesWith }, value }) => {
      const { statusCode, body } = await graph.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${alice.token}` },
        body: JSON.stringify({ query, variables: variablesWith(value) }),
      })
      const text = await body.text()
      const what = `${name} = ${JSON.stringify(value).slice(0, 100)}: ${statusCode} ${text.slice(0, 300)}`
      expect(statusCode, what).toBeLessThan(500)
      expect(text, what).not.toMatch(inside)
      const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] }
      for (const { extensions } of errors ?? []) {
        expect(['INTERNAL_SERVER_ERROR', 'UNAVAILABLE', undefined], what).not.toContain(extensions.code)
      }
      if (!errors) accepted.set(fieldName, (accepted.get(fieldName) ?? 0) + 1)
    })

    const ok = (field: string): number => accepted.get(field) ?? 0
    const [people = 0, comments = 0, messages = 0, videos = 0] = before
    expect(await counts()).toEqual([
      people + ok('register'),
      comments + ok('addComment'),
      messages + ok('sendMessage'),
      videos,
    ])
    expect(ok('addComment')).toBeGreaterThan(10)
  })

  it('as raw bytes of an address, he is answered', async () => {
    const queries = [
      '%',
      '%%',
      '%FF',
      '%ED%A0%80',
      '%C0%80',
      '%00',
      '&&&===',
      'a[b]=1&a[]=2',
      '__proto__[x]=1',
      '__proto__=1',
      '='.repeat(2_000),
    ]
    await forEach(queries, async (query) => {
      const path = `/douyin/user/?user_id=${query}&${query}=1&token=${query}`
      const { statusCode, body } = await rest.request({ method: 'GET', path })
      expect([query, statusCode, typeof ((await body.json()) as { status_code: unknown }).status_code]).toEqual([
        query,
        200,
        'number',
      ])
    })
  })

  it('objects are what they were', () => {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype)
    expect(({} as { admin?: unknown; x?: unknown }).admin).toBeUndefined()
    expect(({} as { admin?: unknown; x?: unknown }).x).toBeUndefined()
  })
})
