import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../../platform/auth/caller.ts'
import { limits } from './admission.ts'
import { aliceToken, gatewayUnderTest, post, stubs } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway
const callers: Caller[] = []

beforeAll(async () => {
  gateway = await gatewayUnderTest({ subgraphs: stubs(callers) })
})

afterAll(() => gateway[Symbol.asyncDispose]())

const asAlice = { authorization: `Bearer ${aliceToken}` }
const video = 'node { id title author { name isFollow } favoriteCount }'
const login = (alias: string): string => `${alias}: login(input: { name: "alice", password: "secret" }) { accessToken }`
const nested = (first: number): string =>
  `{ viewer { following(first: ${first}) { edges { node { videos(first: ${first}) { edges { node { title } } } } } } } }`
const lists = ['following', 'followers', 'friends']
const people = (inside: string): string =>
  lists.map((list) => `${list}(first: 1) { edges { node { ${inside} } } }`).join(' ')

describe('refuses, with a reason and before anything is asked of a subgraph,', () => {
  it.each([
    ['too many tokens', `{ viewer { ${'name '.repeat(limits.tokens)} } }`, /at most 1500 tokens/],
    ['too many selections', `{ viewer { ${'name '.repeat(limits.selections)} } }`, /at most 400 selections, not 401/],
    [
      'selections that fragments multiply',
      `{ viewer { ...A ...A ...A ...A ...A } } fragment A on User { ...B ...B ...B ...B ...B ...B ...B ...B ...B }
       fragment B on User { id name avatar signature createdAt workCount isFollow followingCount }`,
      /at most 400 selections, not 411/,
    ],
    [
      'a depth that fragments hide',
      `{ viewer { following { edges { node { ...A } } } } }
       fragment A on User { followers { edges { node { ...B } } } }
       fragment B on User { friends { edges { node { id } } } }`,
      /at most 10 levels of fields, not 11/,
    ],
    [
      'too many aliases',
      `{ viewer { ${Array.from({ length: limits.aliases + 1 }, (_, n) => `a${n}: name`).join(' ')} } }`,
      /at most 20 aliases, not 21/,
    ],
    [
      'two logins',
      `mutation { ${login('a')} ${login('b')} }`,
      /at most 1 of login, register and changePassword, not 2/,
    ],
    ['a page of a million', `{ feed(first: 1000000) { edges { ${video} } } }`, /at most 1000 objects in its answer/],
    ['pages within pages', nested(100), /at most 1000 objects in its answer/],
    [
      'too many fetches',
      `{ viewer { ${people('name workCount lastMessage { id } isFollow videos(first: 1) { edges { node { favoriteCount } } }')}
         ${people('id').replaceAll('id', people('name workCount lastMessage { id }'))} } }`,
      /at most 25 fetches/,
    ],
  ])('%s', async (_what, query, reason) => {
    callers.length = 0
    const { status, data, errors } = await post(gateway, query)
    expect(callers).toEqual([])
    expect({ status, data }).toEqual({ status: 400, data: undefined })
    expect(errors).toMatchObject([
      { message: expect.stringMatching(reason) as string, extensions: { code: 'QUERY_TOO_COMPLEX' } },
    ])
    expect(errors[0]?.extensions).toHaveProperty('requestId')
  })

  it('a body that is too large', async () => {
    const { status, errors } = await post(gateway, '{ viewer { name } }', { padding: 'x'.repeat(limits.bodyBytes) })
    expect(status).toBe(413)
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }])
  })

  it('many operations in one request', async () => {
    const payload = [{ query: '{ viewer { name } }' }, { query: '{ viewer { name } }' }]
    const response = await gateway.app.inject({ method: 'POST', url: '/graphql', payload })
    expect(response.statusCode).toBe(400)
  })
})

it('gives the reason in Chinese to who reads Chinese', async () => {
  const chinese = { 'accept-language': 'zh-CN,zh;q=0.9' }
  const { errors } = await post(gateway, `{ feed(first: 1000000) { edges { ${video} } } }`, {}, chinese)
  expect(errors[0]?.message).toBe('请求过于复杂：最多 1000 个返回对象，本次为 3000001。')
  const long = await post(gateway, `{ viewer { ${'name '.repeat(limits.tokens)} } }`, {}, chinese)
  expect(long.errors[0]?.message).toBe('请求过于复杂：最多 1500 个词元。')
})

it('lets signed-in people ask for more than strangers', async () => {
  expect((await post(gateway, nested(30))).errors[0]?.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX' })
  expect((await post(gateway, nested(30), {}, asAlice)).errors).toEqual([])
  expect((await post(gateway, nested(100), {}, asAlice)).errors[0]?.message).toMatch(/at most 5000 objects/)
})

it('reads limits out of variables', async () => {
  const query = `query ($first: Int!) { feed(first: $first) { edges { ${video} } } }`
  expect((await post(gateway, query, { first: 30 })).errors).toEqual([])
  expect((await post(gateway, query, { first: 400 })).errors[0]?.extensions).toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
  })
})

it('admits a page of the feed, one login, and pages within pages that stay small', async () => {
  const feed = `{ feed { edges { cursor ${video} } pageInfo { hasNextPage endCursor } } }`
  for (const query of [feed, `mutation { ${login('only')} }`, nested(10)]) {
    expect((await post(gateway, query)).errors).toEqual([])
  }
})

it.each([
  ['GraphiQL', { schemaDescription: false, inputValueDeprecation: false }],
  [
    'Apollo Sandbox',
    { schemaDescription: true, inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true },
  ],
  ['a client that knows everything', { schemaDescription: true, inputValueDeprecation: true, oneOf: true }],
])('answers %s about the whole schema', async (_who, options) => {
  const { data, errors } = await post(gateway, getIntrospectionQuery(options))
  expect(errors).toEqual([])
  expect(JSON.stringify(data)).toContain('All public videos, newest first.')
  expect(JSON.stringify(data)).not.toContain('activeSession')
})

it('refuses to unfold the schema for ever', async () => {
  const unfold = 'fields { type { fields { type { fields { name } } } } }'
  const { status, errors } = await post(gateway, `{ __schema { types { ${unfold} } } }`)
  expect(status).toBe(400)
  expect(errors[0]?.extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
})

it('answers hostile documents in the end', async () => {
  const bomb = Array.from({ length: 120 }, (_, n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`)
  const circle = '{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }'
  for (const query of [
    `{ viewer { ...F0 } } ${bomb.join(' ')} fragment F120 on User { id }`,
    circle,
    '{'.repeat(5_000),
  ]) {
    expect((await post(gateway, query)).status).toBe(400)
  }
})
