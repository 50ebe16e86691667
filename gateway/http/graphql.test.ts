import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signAccessToken } from '../../platform/auth/access-token.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { accessTokenKeys, aliceToken, gatewayUnderTest, post, stubs } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway

beforeAll(async () => {
  gateway = await gatewayUnderTest()
})

afterAll(() => gateway[Symbol.asyncDispose]())

const ended = signAccessToken(accessTokenKeys, { userId: '1', sessionId: '99' })

describe('answers a token that is not valid', () => {
  it.each([
    ['because it is none', 'nonsense', 'en', 'Please sign in.'],
    ['because its session ended', ended, 'en', 'Please sign in.'],
    ['in Chinese', ended, 'zh', '请先登录。'],
  ])('%s as any operation that needs a viewer does', async (_why, token, language, message) => {
    const headers = { authorization: `Bearer ${token}`, 'accept-language': language }
    expect(await post(gateway, '{ viewer { name } }', {}, headers)).toEqual({
      status: 200,
      data: { viewer: null },
      errors: [
        { message, path: ['viewer'], extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) as string } },
      ],
    })
  })

  it.each(['nonsense', 'undefined', 'null', ended, `${ended}x`, 'a.b.c'])(
    'with what everybody sees, and a word about the token: %s',
    async (token) => {
      const query = '{ feed(first: 1) { edges { node { title } } } }'
      const headers = { authorization: `Bearer ${token}` }
      const answer = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })
      expect(answer.json()).toEqual({
        data: { feed: { edges: [{ node: { title: 'sunset' } }] } },
        extensions: { token: { code: 'UNAUTHENTICATED', message: 'Please sign in.' } },
      })
      expect(answer.headers).toMatchObject({
        'www-authenticate': 'Bearer error="invalid_token"',
        'cache-control': 'private, no-store',
      })
    },
  )

  it('with a new one to whoever signs in', async () => {
    const login = 'mutation { login(input: { name: "alice", password: "secret" }) { accessToken } }'
    for (const authorization of [`Bearer ${ended}`, 'Bearer undefined', 'Bearer', 'Basic YTpi']) {
      expect(await post(gateway, login, {}, { authorization })).toMatchObject({
        data: { login: { accessToken: 'token' } },
      })
    }
  })
})

it('is unavailable to people with a token while sessions cannot be looked up', async () => {
  const away = { execute: () => Promise.resolve({ errors: [new Unavailable()] }) }
  await using alone = await gatewayUnderTest({ subgraphs: { ...stubs([]), user: away } })
  const signedIn = await post(alone, '{ viewer { name } }', {}, { authorization: `Bearer ${ended}` })
  expect(signedIn).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  const stranger = await post(alone, '{ feed { edges { node { title author { name } } } } }')
  expect(stranger.status).toBe(200)
  expect(stranger.data).toMatchObject({
    feed: { edges: [{ node: { title: 'sunset', author: null } }, {}, {}] },
  })
})

describe('speaks HTTP as GraphQL clients expect', () => {
  it.each([
    ['anonymous', {}],
    ['with a token', { authorization: `Bearer ${aliceToken}` }],
  ])('answering queries by GET, %s', async (_who, headers) => {
    const query = new URLSearchParams({
      query: 'query Feed($first: Int!) { feed(first: $first) { edges { node { title } } } } query Other { __typename }',
      operationName: 'Feed',
      variables: '{"first":1}',
      extensions: '{}',
    })
    const answer = await gateway.app.inject({ url: `/graphql?${String(query)}`, headers })
    expect(answer.json()).toEqual({ data: { feed: { edges: [{ node: { title: 'sunset' } }] } } })
    expect(answer.headers['cache-control']).toContain('no-store')
  })

  it('refusing what a form on a foreign page could send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const headers = { 'content-type': type }
      const payload = '{"query":"{ viewer { name } }"}'
      const form = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload })
      expect(form.statusCode).toBe(415)
      expect(form.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
    }
  })

  it('refusing mutations by GET', async () => {
    const url = `/graphql?query=${encodeURIComponent('mutation { logout { sessionId } }')}`
    for (const headers of [{}, { authorization: `Bearer ${aliceToken}` }]) {
      const answer = await gateway.app.inject({ url, headers })
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST'])
    }
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'TRACE'] as const)('refusing %s', async (method) => {
    const headers = { 'content-type': 'text/csv' }
    for (const url of ['/graphql', '/graphql/']) {
      const answer = await gateway.app.inject({ method, url, headers, payload: 'a,b' })
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS, POST'])
      expect(answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
    }
  })

  it('with and without a slash at the end', async () => {
    const payload = { query: '{ viewer { name } }' }
    const answer = await gateway.app.inject({ method: 'POST', url: '/graphql/', payload })
    expect(answer.json()).toEqual({ data: { viewer: null } })
  })

  it('answering a HEAD without a body, and telling what may be asked', async () => {
    const head = await gateway.app.inject({ method: 'HEAD', url: '/graphql' })
    expect([head.statusCode, head.body]).toEqual([
      expect.toSatisfy((status: number) => status >= 400 && status < 500),
      '',
    ])
    const options = await gateway.app.inject({ method: 'OPTIONS', url: '/graphql' })
    expect([options.statusCode, options.headers['access-control-allow-methods']]).toEqual([204, 'GET, POST'])
  })

  it('in the media type that a client asks for', async () => {
    const headers = { accept: 'application/graphql-response+json' }
    const payload = { query: '{ viewer { name } }' }
    const answer = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload })
    expect(answer.headers['content-type']).toContain('application/graphql-response+json')
  })

  it.each([
    ['{bad', 'application/json', 400],
    ['{"query":"{ viewer { name } }","__proto__":{"admin":true}}', 'application/json', 400],
    ['{}', 'application/json', 400],
    ['{"query":["a"]}', 'application/json', 400],
    ['[{"query":"{ viewer { name } }"}]', 'application/json', 400],
    ['"{ viewer { name } }"', 'application/json', 400],
    ['null', 'application/json', 400],
    ['', 'application/json', 400],
    ['{"query":"{ viewer { name } }","variables":"{}"}', 'application/json', 400],
    ['{"query":"{ viewer { name } }","variables":[]}', 'application/json', 400],
    ['{"query":"{ viewer { name } }","operationName":7}', 'application/json', 400],
    ['{"query":"{ viewer { name } }","extensions":7}', 'application/json', 400],
    ['query=x', 'image/png', 415],
    [`{"query":"${'x'.repeat(70_000)}"}`, 'application/json', 413],
  ])('refusing the body %s with an error in GraphQL’s form', async (payload, type, status) => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': type },
      payload,
    })
    expect(answer.statusCode).toBe(status)
    const code = status === 413 ? 'QUERY_TOO_COMPLEX' : 'BAD_REQUEST'
    const requestId = answer.headers['x-request-id']
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.json()).toMatchObject({ errors: [{ extensions: { code, requestId } }] })
  })

  it.each(['/nothing', '/%zz', '/graphql?query=%7B&variables=%7B', '/graphql?query=a&query=b', '/graphql'])(
    'refusing the address %s with an error that has the id of the request',
    async (url) => {
      const answer = await gateway.app.inject({ url })
      expect(answer.statusCode).toBeGreaterThanOrEqual(400)
      expect(answer.json()).toMatchObject({ errors: [{ extensions: { requestId: answer.headers['x-request-id'] } }] })
    },
  )

  const refused = ['{ nothing }', '{', 'query A { viewer { id } } query B { viewer { id } }', '{ user { id } }']
  it.each(refused)('with the status of a refusal to who takes the new type or names none: %s', async (query) => {
    const statusFor = async (headers: Record<string, string>) =>
      (await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })).statusCode
    expect(await statusFor({ accept: 'application/graphql-response+json, application/json;q=0.9' })).toBe(400)
    expect(await statusFor({})).toBe(400)
    expect(await statusFor({ accept: 'application/json' })).toBe(200)
  })

  it('in none but the types that it has', async () => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { accept: 'image/png, application/json;q=0' },
      payload: { query: '{ viewer { name } }' },
    })
    expect(answer.statusCode).toBe(406)
  })
})

it('reports its health', async () => {
  expect((await gateway.app.inject({ url: '/health' })).json()).toEqual({ status: 'pass' })
})
