import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BadUserInput, NotFound, tooOften, Unauthenticated, Unavailable } from '../platform/runtime/errors.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { createFakeGraph } from '../testing/fake-graph.ts'
import { clip, page } from '../testing/rest-endpoints.ts'
import { createRestClient, type Cargo, type RestClient } from '../testing/rest-client.ts'
import { endpoints } from './endpoints/table.ts'
import { createRestAdapter } from './server.ts'

const publishedAt = '2026-01-01T00:00:00.000Z'
const session = { accessToken: 'a-token', user: { id: '7' } }

const graph = createFakeGraph({
  Register: ({ name }) => {
    if (name === 'taken') throw new BadUserInput({ en: 'This name is taken.', zh: '用户名已被占用。' })
    if (name === 'crash') throw new TypeError('connect ECONNREFUSED 10.0.0.7:5432')
    return { register: session }
  },
  SendMessage: () => ({ sendMessage: { message: { id: '1' } } }),
  Login: () => ({ login: { ...session, accessToken: 'a-token'.repeat(200) } }),
  Feed: ({ publishedBefore }, call) => {
    if (call.token === 'expired') throw new Unauthenticated()
    const count = publishedBefore == null ? 0 : 30
    const videos = Array.from({ length: count }, (_, index) => ({ ...clip, id: String(index + 1), publishedAt }))
    return { feed: page(...videos) }
  },
  FavoriteVideo: () => {
    throw new NotFound({ en: 'This video does not exist.', zh: '视频不存在。' })
  },
  Viewer: (_, call) => {
    if (call.token === 'expired') throw new Unauthenticated()
    return { viewer: { id: '7' } }
  },
  OwnUser: (_, call) => {
    if (call.token === 'hasty') throw tooOften(7)
    if (call.token === 'away') throw new Unavailable()
    return { user: null }
  },
  OwnPublishedVideos: () => ({ user: null }),
  OwnFavoriteVideos: () => ({ user: null }),
  OwnFollowing: () => ({ user: null }),
  OwnFollowers: () => ({ user: null }),
  OwnFriends: () => ({ viewer: null, user: null }),
})

let folder: string
let app: FastifyInstance
let client: RestClient

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rest-adapter-test-'))
  app = await createRestAdapter({
    execute: graph.execute,
    objectStoreAddress: { url: 'http://127.0.0.1:9', accessKey: '', secretKey: '' },
    trustedProxies: [],
    allowedOrigins: 'any',
    shedLoadAfterMs: 0,
    callsPerMinute: 0,
    uploadsAtOnce: 10,
    uploadsAtOncePerAddress: 5,
    maxUploadBytes: 1024,
    feed: 'latest',
    uploadFolder: join(folder, 'spool'),
    log: createLogger('silent', 'test'),
  })
  client = createRestClient(await app.listen({ host: '127.0.0.1', port: 0 }))
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

/** The user who was registered, by the variables that reached the graph. */
async function registered(cargo: Cargo): Promise<unknown> {
  graph.takeAsked()
  const { body } = await client.call('POST', '/douyin/user/register/', cargo)
  expect(body).toEqual({ status_code: 0, status_msg: 'success', user_id: 7, token: 'a-token' })
  return graph.takeAsked()[0]?.variables
}

const credentials = [
  ['username', '小明 & co'],
  ['password', 'secret+1'],
] as const
const parts = credentials.map(([name, content]) => ({ name, content }))

describe('every route', () => {
  it.each(endpoints.map((endpoint) => [endpoint.method, endpoint.path] as const))(
    'answers %s %s with and without its trailing slash, and HTTP 200',
    async (method, path) => {
      for (const url of [path, `${path}/`, `/${path}/`]) {
        const { httpStatus, headers, body } = await client.call(method, url)
        expect(httpStatus).toBe(200)
        expect(headers['content-type']).toBe('application/json; charset=utf-8')
        expect([typeof body.status_code, typeof body.status_msg]).toEqual(['number', 'string'])
      }
    },
  )

  it('answers what is none in the same envelope', async () => {
    for (const path of ['/douyin/', '/douyin/nothing', '/']) {
      const { httpStatus, body } = await client.get(path)
      expect([httpStatus, body]).toEqual([404, { status_code: 404, status_msg: '请求的地址不存在。' }])
    }
  })
})

describe('parameters', () => {
  const wanted = { name: '小明 & co', password: 'secret+1' }

  it('may stand in the query, a form, JSON or a multipart form', async () => {
    expect(await registered({ query: credentials })).toEqual(wanted)
    expect(await registered({ form: credentials })).toEqual(wanted)
    expect(await registered({ json: Object.fromEntries(credentials) })).toEqual(wanted)
    expect(await registered({ parts })).toEqual(wanted)
  })

  it('may be spread over the query and the body, of which the query counts more', async () => {
    const [username, password] = credentials
    expect(await registered({ query: [username], form: [password] })).toEqual(wanted)
    expect(await registered({ query: credentials, json: { username: 'other', password: 'other' } })).toEqual(wanted)
  })

  it('count once, by their first occurrence', async () => {
    const query = [...credentials, ['username', 'second'] as const]
    expect(await registered({ query })).toEqual(wanted)
    expect(await registered({ form: query })).toEqual(wanted)
    expect(await registered({ parts: [...parts, { name: 'username', content: 'second' }] })).toEqual(wanted)
  })

  it('may stand in the body of a GET', async () => {
    graph.takeAsked()
    await client.call('GET', '/douyin/feed/', { form: [['latest_time', 1_700_000_000]] })
    expect(graph.takeAsked()[0]?.variables).toEqual({ publishedBefore: '2023-11-14T22:13:20.000Z' })
  })

  it('are read from numbers of a JSON body too', async () => {
    expect(
      await registered({ json: { username: 123, password: 45.5, nested: { a: 1 }, list: [1], nothing: null } }),
    ).toEqual({ name: '123', password: '45.5' })
  })

  it.each([
    ['application/json; charset=utf-8', '{"username":"小明 & co","password":"secret+1"}'],
    ['text/json', '{"username":"小明 & co","password":"secret+1"}'],
    ['application/vnd.api+json', '{"username":"小明 & co","password":"secret+1"}'],
    ['application/x-www-form-urlencoded; charset=UTF-8', 'username=%E5%B0%8F%E6%98%8E+%26+co&password=secret%2B1'],
  ])('are read under the type %s', async (type, body) => {
    expect(await registered({ body, headers: { 'content-type': type } })).toEqual(wanted)
  })

  it.each(['text/plain', 'application/xml', 'application/octet-stream'])(
    'are read from the query when the body is %s',
    async (type) => {
      expect(await registered({ query: credentials, body: '<a/>', headers: { 'content-type': type } })).toEqual(wanted)
    },
  )

  it.each(['application/json', 'multipart/form-data', 'multipart/form-data; boundary=x', 'nonsense', ''])(
    'are read from the query when there is no body, but the type %j',
    async (type) => {
      const { body } = await client.call('GET', '/douyin/feed/', { headers: { 'content-type': type } })
      expect(body.status_code).toBe(0)
    },
  )
})

describe('a request that cannot be read', () => {
  const unreadable = { status_code: 400, status_msg: '无法解析请求内容。', user_id: 0, token: '' }
  const form = 'multipart/form-data; boundary=x'

  it.each([
    ['JSON that is none', 'application/json', '{"username":'],
    ['JSON that is empty', 'application/json', ' '],
    ['a form that breaks off', form, '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nali'],
    ['more fields than any call has', 'application/x-www-form-urlencoded', '&a=1'.repeat(101)],
    ['a form without its boundary', 'multipart/form-data', 'username=alice'],
    ['a type that is none', 'nonsense', 'username=alice'],
  ])('is refused under HTTP 200: %s', async (_, type, body) => {
    const answer = await client.call('POST', '/douyin/user/register/', { body, headers: { 'content-type': type } })
    expect([answer.httpStatus, answer.body]).toEqual([200, unreadable])
  })

  it('is refused under HTTP 200 when its address alone is too long', async () => {
    const { httpStatus, body } = await client.get('/douyin/user/', [['user_id', '1'.repeat(200_000)]])
    expect([httpStatus, body]).toEqual([200, { status_code: 413, status_msg: '请求内容过大。' }])
  })

  it('is refused under HTTP 200 when it is far too large', async () => {
    const form = [['username', 'x'.repeat(3 * 1024 * 1024)]] as const
    const answer = await client.call('POST', '/douyin/user/register/', { form })
    expect([answer.httpStatus, answer.body]).toEqual([
      200,
      { status_code: 413, status_msg: '请求内容过大。', user_id: 0, token: '' },
    ])
  })
})

describe('a failure', () => {
  it('carries its code, a sentence and neutral values', async () => {
    const { body } = await client.post('/douyin/user/register/', [['username', 'taken']])
    expect(body).toEqual({ status_code: 400, status_msg: '用户名已被占用。', user_id: 0, token: '' })
  })

  it('speaks English to those who prefer it', async () => {
    const cargo = { query: [['username', 'taken']], headers: { 'accept-language': 'en-GB,zh;q=0.5' } } as const
    const { body } = await client.call('POST', '/douyin/user/register/', cargo)
    expect(body.status_msg).toBe('This name is taken.')
  })

  it('says nothing about the inside when something breaks', async () => {
    const { httpStatus, body } = await client.post('/douyin/user/register/', [['username', 'crash']])
    expect([httpStatus, body]).toEqual([
      200,
      { status_code: 500, status_msg: '服务器开小差了，请稍后再试。', user_id: 0, token: '' },
    ])
  })
})

describe('the token', () => {
  it.each<[string, Cargo]>([
    ['query', { query: [['token', 'mine']] }],
    ['form', { form: [['token', 'mine']] }],
    ['token header', { headers: { token: 'mine' } }],
    ['Authorization header', { headers: { authorization: 'Bearer mine' } }],
    [
      'query rather than the headers',
      { query: [['token', 'mine']], headers: { token: 'b', authorization: 'Bearer c' } },
    ],
    ['token header rather than the Authorization', { headers: { token: 'mine', authorization: 'Bearer c' } }],
    ['header when that of the query is empty', { query: [['token', '']], headers: { token: 'mine' } }],
  ])('is taken from the %s', async (_, cargo) => {
    graph.takeAsked()
    await client.call('GET', '/douyin/feed/', cargo)
    const tokens = graph.takeAsked().map(({ call }) => call.token)
    expect(tokens).toEqual(['mine'])
  })

  it('counts as none on an optional route when it is not valid', async () => {
    graph.takeAsked()
    const { body } = await client.get('/douyin/feed/', [['token', 'expired']])
    expect(body.status_code).toBe(0)
    expect(graph.takeAsked().map(({ call }) => call.token)).toEqual(['expired', null])
  })

  it('is refused on a required route when it is not valid', async () => {
    const query = [
      ['token', 'expired'],
      ['to_user_id', 0],
    ] as const
    const { body } = await client.get('/douyin/message/chat/', query)
    expect(body).toEqual({ status_code: 401, status_msg: '请先登录。', message_list: [] })
  })

  it('is asked for on a required route before the graph is', async () => {
    graph.takeAsked()
    const { body } = await client.post('/douyin/message/action/', [
      ['to_user_id', 5],
      ['action_type', 1],
      ['content', 'hi'],
    ])
    expect(body).toEqual({ status_code: 401, status_msg: '请先登录。' })
    expect(graph.takeAsked()).toEqual([])
  })

  it('is not looked at by those who sign in', async () => {
    graph.takeAsked()
    await client.call('POST', '/douyin/user/register/', { query: credentials, headers: { token: 'expired' } })
    expect(graph.takeAsked().map(({ call }) => call.token)).toEqual([null])
  })
})

describe('compression', () => {
  const headers = { 'accept-encoding': 'gzip, br' }

  it('makes long lists short for who takes it', async () => {
    const list = await app.inject({ url: '/douyin/feed/?latest_time=1', headers })
    expect(list.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(list.rawPayload).toString()).toContain('"status_code":0')
    const plain = await app.inject({ url: '/douyin/feed/?latest_time=1' })
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(plain.headers['vary']).toContain('accept-encoding')
    expect(plain.rawPayload.length).toBeGreaterThan(2 * list.rawPayload.length)
  })

  it('leaves tokens as they are, however long the answer', async () => {
    const name = 'long'
    const answer = await app.inject({
      method: 'POST',
      url: `/douyin/user/login/?username=${name}&password=12345`,
      headers,
    })
    expect(answer.rawPayload.length).toBeGreaterThan(1_024)
    expect(answer.headers).not.toHaveProperty('content-encoding')
  })
})

describe('what caches and programs are told', () => {
  const feed = '/douyin/feed/'
  it.each([
    ['query', '?token=a-token', {}],
    ['header', '', { token: 'a-token' }],
    ['bearer', '', { authorization: 'Bearer a-token' }],
    ['bearer that has expired', '', { authorization: 'Bearer expired' }],
  ])('of an answer to a token in the %s: that it is nobody else’s', async (_where, query, headers) => {
    const answer = await app.inject({ url: `${feed}${query}`, headers })
    expect(answer.json()).toMatchObject({ status_code: 0 })
    expect(answer.headers['cache-control']).toBe('private, no-store')
  })

  it('of an answer to a token in the body, and of one that is a token: the same', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const form = await app.inject({ method: 'POST', url: feed, headers, payload: 'token=a-token' })
    const session = await app.inject({ method: 'POST', url: '/douyin/user/register/?username=小&password=12345' })
    for (const answer of [form, session]) expect(answer.headers['cache-control']).toBe('private, no-store')
  })

  it('of an answer to nobody in particular: that it is everybody’s, for the moment', async () => {
    const { headers } = await app.inject({ url: feed })
    expect(headers).toMatchObject({ 'cache-control': 'public, no-cache', vary: 'authorization, token' })
  })

  it.each([
    ['a failure', '/douyin/user/?user_id=x'],
    ['no route', '/douyin/nothing/'],
    ['an address that is none', '/douyin/%zz'],
    ['a body that is none', '/douyin/feed/', '{'],
  ])('of %s: the id of the request', async (_what, url, payload = '') => {
    const headers = { 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'POST', url, headers, payload })
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.json<{ status_code: number }>().status_code).toBeGreaterThan(0)
  })

  it('of what comes too often or too early: when to come again', async () => {
    for (const [token, seconds] of [
      ['hasty', '7'],
      ['away', '1'],
    ] as const) {
      const answer = await app.inject({ url: '/douyin/user/', headers: { token } })
      expect(answer.headers['retry-after']).toBe(seconds)
    }
  })
})

it('answers by POST what it answers by GET, with the parameters wherever they stand', async () => {
  for (const endpoint of endpoints.filter(({ method }) => method === 'GET')) {
    const byGet = await client.call('GET', endpoint.path, { query: { user_id: 0, video_id: 'x' } })
    for (const cargo of [{ query: { user_id: 0, video_id: 'x' } }, { form: { user_id: 0, video_id: 'x' } }]) {
      const { httpStatus, body } = await client.call('POST', endpoint.path, cargo)
      expect(httpStatus).toBe(200)
      expect({ ...body, next_time: 0 }).toEqual({ ...byGet.body, next_time: 0 })
    }
  }
})

describe('a page in a browser', () => {
  it('may call from every origin', async () => {
    const { headers } = await client.get('/douyin/feed/')
    expect(headers['access-control-allow-origin']).toBe('*')
    const asked = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization,token' }
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/douyin/feed/',
      headers: { origin: 'https://app.example', ...asked },
    })
    expect(preflight.statusCode).toBe(204)
    expect(preflight.headers['access-control-allow-origin']).toBe('*')
    expect(preflight.headers['access-control-allow-headers']).toBe('authorization,token')
  })

  it('may ask for the head of an answer alone', async () => {
    const { statusCode, body, headers } = await app.inject({ method: 'HEAD', url: '/douyin/feed/' })
    expect([statusCode, body, headers['content-type']]).toEqual([200, '', 'application/json; charset=utf-8'])
  })
})

it('tells that it is well', async () => {
  expect((await client.get('/health')).body).toEqual({ status: 'pass' })
})

it('makes addresses out of the one that the client called', async () => {
  graph.takeAsked()
  await client.call('GET', '/douyin/feed/', { headers: { host: 'phone.test:81', 'x-forwarded-host': 'forged.test' } })
  expect(graph.takeAsked()[0]?.call.origin).toBe('http://phone.test:81')
})
