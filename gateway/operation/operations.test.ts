import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSchema } from '../../schema/read-schema.ts'
import { createSubgraph } from '../../platform/graphql/subgraph.ts'
import { aliceToken, gatewayUnderTest, log, post, stubs } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway

beforeAll(async () => {
  gateway = await gatewayUnderTest()
})

afterAll(() => gateway[Symbol.asyncDispose]())

const asAlice = { authorization: `Bearer ${aliceToken}` }
const chinese = { 'accept-language': 'zh-CN' }
const like = 'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { id title favoriteCount } } }'

describe('joins what the subgraphs know', () => {
  it('of videos, their authors and their likes', async () => {
    const query = '{ feed(first: 1) { edges { node { title author { name isFollow } favoriteCount } } } }'
    expect(await post(gateway, query)).toEqual({
      status: 200,
      data: {
        feed: { edges: [{ node: { title: 'sunset', author: { name: 'alice', isFollow: false }, favoriteCount: 7 } }] },
      },
      errors: [],
    })
  })

  it('of what a mutation changed', async () => {
    const { data } = await post(gateway, like, { id: '101' }, asAlice)
    expect(data).toEqual({ favoriteVideo: { video: { id: '101', title: 'sunset', favoriteCount: 7 } } })
  })

  it('of the person behind a token', async () => {
    expect((await post(gateway, '{ viewer { name } }', {}, asAlice)).data).toEqual({ viewer: { name: 'alice' } })
    expect((await post(gateway, '{ viewer { name } }')).data).toEqual({ viewer: null })
  })
})

describe('refuses what GraphQL refuses, in its words,', () => {
  it.each([
    ['no GraphQL', '{ viewer {', {}, 'GRAPHQL_PARSE_FAILED', /^Syntax Error/],
    ['an unknown field', '{ feedd { edges { cursor } } }', {}, 'GRAPHQL_VALIDATION_FAILED', /Did you mean "feed"\?$/],
    [
      'a field that only the gateway may ask',
      '{ activeSession(id: "11") { id } }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
      /"activeSession"/,
    ],
    ['a missing variable', like, {}, 'BAD_USER_INPUT', /"\$id" of required type "ID!" was not provided/],
    ['a variable of another type', like, { id: [1] }, 'BAD_USER_INPUT', /"\$id" got invalid value/],
    [
      'a variable that the gateway needs itself',
      'query ($representations: ID!) { user(id: $representations) { isFollow } }',
      { representations: '1' },
      'BAD_USER_INPUT',
      /"\$representations"/,
    ],
    [
      'null for an argument',
      'query ($n: Int) { feed(first: $n) { pageInfo { hasNextPage } } }',
      { n: null },
      'BAD_USER_INPUT',
      /"first"/,
    ],
    [
      'null for a condition',
      'query ($b: Boolean = true) { viewer @skip(if: $b) { id } }',
      { b: null },
      'BAD_USER_INPUT',
      /"if"/,
    ],
    [
      'a choice that is not made',
      'query A { viewer { id } } query B { viewer { id } }',
      {},
      'OPERATION_RESOLUTION_FAILURE',
      /name of one operation/,
    ],
    ['a subscription', 'subscription { viewer { id } }', {}, 'OPERATION_RESOLUTION_FAILURE', /no subscriptions/],
  ])('%s', async (_what, query, variables, code, message) => {
    const { status, data, errors } = await post(gateway, query, variables, chinese)
    expect({ status, data, errors }).toEqual({
      status: 400,
      data: undefined,
      errors: [
        expect.objectContaining({
          message: expect.stringMatching(message) as string,
          extensions: { code, requestId: expect.any(String) as string },
        }),
      ],
    })
  })

  it('with all that is wrong, and where', async () => {
    const { errors } = await post(gateway, '{ one two viewer { three } }')
    expect(errors).toHaveLength(3)
    expect(errors[1]).toMatchObject({ locations: [{ line: 1, column: 7 }] })
  })

  it('without suggestions where no page is served', async () => {
    await using closed = await gatewayUnderTest({ landingPage: false })
    const { errors } = await post(closed, '{ feedd { edges { cursor } } }')
    expect(errors[0]?.message).toBe('Cannot query field "feedd" on type "Query".')
  })

  it.each([
    ['as a literal', '{ feed(publishedBefore: "soon") { pageInfo { hasNextPage } } }', {}],
    [
      'as a variable',
      'query ($at: DateTime) { feed(publishedBefore: $at) { pageInfo { hasNextPage } } }',
      { at: 'soon' },
    ],
  ])('and a moment that is none, %s, in the reader’s language', async (_how, query, variables) => {
    const { errors } = await post(gateway, query, variables, chinese)
    expect(errors).toMatchObject([
      { message: '时间格式应为 2026-01-31T12:00:00.000Z。', extensions: { code: 'BAD_USER_INPUT' } },
    ])
  })
})

describe('tells a subgraph’s refusal', () => {
  it.each([
    ['en', 'This video does not exist.'],
    ['zh-TW,en;q=0.5', '视频不存在。'],
    ['fr', 'This video does not exist.'],
  ])('to a reader of %s', async (language, message) => {
    const { status, data, errors } = await post(gateway, like, { id: '9' }, { 'accept-language': language })
    expect({ status, data, errors }).toEqual({
      status: 200,
      data: { favoriteVideo: null },
      errors: [
        {
          message,
          path: ['favoriteVideo'],
          extensions: { code: 'NOT_FOUND', requestId: expect.any(String) as string },
        },
      ],
    })
  })

  it('and of a failure no more than that it happened', async () => {
    const { data, errors } = await post(gateway, '{ userByName(name: "alice") { name } viewer { name } }', {}, asAlice)
    expect(data).toEqual({ userByName: null, viewer: { name: 'alice' } })
    expect(errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        path: ['userByName'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) as string },
      },
    ])
  })
})

it('shows nothing of an error that no subgraph should have thrown', async () => {
  const wild = { execute: () => Promise.reject(new Error('postgres://alice:secret@db')) }
  await using broken = await gatewayUnderTest({ subgraphs: { ...stubs([]), video: wild } })
  const { data, errors } = await post(broken, '{ feed { pageInfo { hasNextPage } } }')
  expect(data).toBeNull()
  expect(errors).toMatchObject([
    { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
  ])
})

it('places the error of one of many where it belongs', async () => {
  const video = createSubgraph({
    name: 'social',
    typeDefs: readSchema('social'),
    resolvers: {
      Video: {
        favoriteCount: ({ id }: { id: string }) => {
          if (id === '102') throw new Error('a row is missing')
          return 7
        },
      },
    },
    log,
    createContext: () => ({}),
    checkHealth: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  })
  await using broken = await gatewayUnderTest({ subgraphs: { ...stubs([]), social: video } })
  const { data, errors } = await post(broken, '{ feed { edges { node { id favoriteCount } } } }')
  expect(data).toEqual({
    feed: {
      edges: [
        { node: { id: '101', favoriteCount: 7 } },
        { node: { id: '102', favoriteCount: null } },
        { node: { id: '103', favoriteCount: 7 } },
      ],
    },
  })
  expect(errors).toMatchObject([{ path: ['feed', 'edges', 1, 'node', 'favoriteCount'] }])
})
