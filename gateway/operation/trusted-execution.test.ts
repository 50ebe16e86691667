import { QueryPlanner } from '@apollo/query-planner'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Call, Operation } from '../../platform/graphql/call.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import { alice, aliceToken, gatewayUnderTest, stubs } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway
const callers: Caller[] = []

beforeAll(async () => {
  gateway = await gatewayUnderTest({ subgraphs: stubs(callers) })
})

beforeEach(() => {
  callers.length = 0
})

afterAll(() => gateway[Symbol.asyncDispose]())

const client = {
  language: 'zh',
  origin: 'https://o',
  clientAddress: '203.0.113.7',
  userAgent: 'Android',
  requestId: 'r',
} as const
const stranger: Call = { ...client, token: null }
const feed = {
  kind: 'query',
  query:
    'query Feed($first: Int!, $at: DateTime) { feed(first: $first, publishedBefore: $at) { edges { node { title } } } }',
  operationName: 'Feed',
} as const

it('executes an operation for the client of another door', async () => {
  const { data, errors } = await gateway.execute({ ...feed, variables: { first: 1 } }, { ...client, token: aliceToken })
  expect({ data, errors }).toEqual({ data: { feed: { edges: [{ node: { title: 'sunset' } }] } }, errors: undefined })
  expect(callers.at(-1)).toEqual({ ...client, viewer: alice })
})

it('needs no admission', async () => {
  const everything = 'query ($first: Int!) { feed(first: $first) { edges { node { title author { name } } } } }'
  expect(
    (await gateway.execute({ kind: 'query', query: everything, variables: { first: 1_000_000 } }, stranger)).errors,
  ).toBeUndefined()
})

describe('answers with errors, and never fails,', () => {
  it.each<[string, Operation, string | null, string, string]>([
    ['a token that is not valid', feed, 'nonsense', 'UNAUTHENTICATED', '请先登录。'],
    [
      'a missing variable',
      feed,
      null,
      'BAD_USER_INPUT',
      '参数有误：Variable "$first" of required type "Int!" was not provided.',
    ],
    [
      'an operation that is none',
      { kind: 'query', query: '{ nothing }' },
      null,
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot query field "nothing" on type "Query".',
    ],
    [
      'a text that is no GraphQL',
      { kind: 'query', query: '{' },
      null,
      'INTERNAL_SERVER_ERROR',
      '服务器开小差了，请稍后再试。',
    ],
    [
      'what a subgraph refuses',
      { kind: 'mutation', query: 'mutation { favoriteVideo(input: { videoId: "9" }) { video { id } } }' },
      null,
      'NOT_FOUND',
      '视频不存在。',
    ],
  ])('%s', async (_what, operation, token, code, message) => {
    const { data, errors } = await gateway.execute(operation, { ...client, token })
    // A failed mutation is null next to those that succeeded.
    expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true)
    expect(errors).toMatchObject([{ message, extensions: { code, requestId: 'r' } }])
  })
})

describe('plans ahead', () => {
  const publish = `mutation Publish($input: PublishVideoInput!, $withAuthor: Boolean!) {
    publishVideo(input: $input) { video { id author @include(if: $withAuthor) { name } } }
  }`

  it('without asking any subgraph', async () => {
    await gateway.warm([
      feed,
      { kind: 'mutation', query: publish, operationName: 'Publish' },
      { kind: 'query', query: '{ viewer { name lastMessage { content } } }' },
    ])
    expect(callers).toEqual([])
  })

  it('so that no call waits for a plan', async () => {
    const plan = vi.spyOn(QueryPlanner.prototype, 'buildQueryPlan')
    const other = { kind: 'query', query: feed.query.replaceAll('Feed', 'Warm'), operationName: 'Warm' } as const
    await gateway.warm([other])
    expect(plan).toHaveBeenCalledTimes(1)
    const inProcess = await gateway.execute({ ...other, variables: { first: 1 } }, stranger)
    const payload = { ...other, variables: { first: 1 } }
    const overHttp = await gateway.app.inject({ method: 'POST', url: '/graphql', payload })
    expect([inProcess, overHttp.json()]).toEqual(
      Array(2).fill({ data: { feed: { edges: [{ node: { title: 'sunset' } }] } } }),
    )
    expect(plan).toHaveBeenCalledTimes(1)
  })

  it.each<[string, Operation]>([
    ['is no operation of this graph', { kind: 'query', query: '{ nothing }' }],
    ['has another name', { ...feed, operationName: 'Food' }],
  ])('and says which text %s', async (_what, operation) => {
    await expect(gateway.warm([operation])).rejects.toThrow()
  })
})
