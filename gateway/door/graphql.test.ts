import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signAccessToken } from '../../platform/access-token.ts'
import { Unavailable } from '../../platform/errors.ts'
import { accessTokenKeys, gatewayUnderTest, post, standIns } from '../gateway-under-test.ts'
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
      data: undefined,
      errors: [{ message, extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) as string } }],
    })
  })
})

it('is unavailable to people with a token while sessions cannot be looked up', async () => {
  const away = { execute: () => Promise.resolve({ errors: [new Unavailable()] }) }
  await using alone = await gatewayUnderTest({ subgraphs: { ...standIns([]), user: away } })
  const signedIn = await post(alone, '{ viewer { name } }', {}, { authorization: `Bearer ${ended}` })
  expect(signedIn).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  const stranger = await post(alone, '{ feed { edges { node { title author { name } } } } }')
  expect(stranger.status).toBe(200)
  expect(stranger.data).toMatchObject({
    feed: { edges: [{ node: { title: 'sunset', author: null } }, {}, {}] },
  })
})

describe('speaks HTTP as GraphQL clients expect', () => {
  it('answering queries by GET to who announces himself', async () => {
    const url = `/graphql?query=${encodeURIComponent('{ feed(first: 1) { edges { node { title } } } }')}`
    const answer = await gateway.app.inject({ url, headers: { 'apollo-require-preflight': 'true' } })
    expect(answer.json()).toEqual({ data: { feed: { edges: [{ node: { title: 'sunset' } }] } } })
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' })
  })

  it('refusing what a form on a foreign page could send', async () => {
    const url = `/graphql?query=${encodeURIComponent('{ viewer { name } }')}`
    expect((await gateway.app.inject({ url })).statusCode).toBe(400)
    const headers = { 'content-type': 'text/plain' }
    const form = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers,
      payload: '{"query":"{ viewer { name } }"}',
    })
    expect(form.statusCode).toBe(400)
  })

  it('refusing mutations by GET', async () => {
    const url = `/graphql?query=${encodeURIComponent('mutation { logout { sessionId } }')}`
    const answer = await gateway.app.inject({ url, headers: { 'apollo-require-preflight': 'true' } })
    expect(answer.statusCode).toBe(405)
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
  ])('refusing the body %s with an error in GraphQL’s form', async (payload, type, status) => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': type },
      payload,
    })
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  })
})

it('reports its health', async () => {
  expect((await gateway.app.inject({ url: '/health' })).json()).toEqual({ status: 'pass' })
})
