import { QueryPlanner } from '@apollo/query-planner'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Call } from '../../platform/graphql/call.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { createLogger } from '../../platform/runtime/logger.ts'
import type { SubgraphOperation } from '../../platform/graphql/subgraph.ts'
import { operations } from '../../rest-adapter/operations.generated.ts'
import { aliceToken, gatewayUnderTest, log, post, stubs } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'
import type { SubgraphClient } from './subgraph-client.ts'

const call: Call = {
  token: aliceToken,
  language: 'en',
  origin: 'http://o',
  clientAddress: '192.0.2.1',
  userAgent: 'u',
  requestId: 'r',
}
const asAlice = { authorization: `Bearer ${aliceToken}` }
let compiled: Gateway
let stock: Gateway
beforeAll(async () => {
  compiled = await gatewayUnderTest({ log })
  stock = await gatewayUnderTest({ log, executor: 'stock' })
})
afterAll(async () => {
  await compiled[Symbol.asyncDispose]()
  await stock[Symbol.asyncDispose]()
})

describe('both executors answer the same:', () => {
  const both = '(if: $both)'
  it.each<[string, string, Record<string, unknown>?]>([
    ['one fetch', '{ feed(first: 2) { pageInfo { hasNextPage } edges { node { id title author { id } } } } }'],
    [
      'one fetch with variables',
      'query ($first: Int!) { feed(first: $first) { edges { node { id } } } }',
      { first: 1 },
    ],
    ['fetches of several roots', 'query ($id: ID!) { viewer { name } video(id: $id) { title } }', { id: '101' }],
    [
      'a fetch about what another found',
      'query ($id: ID!) { user(id: $id) { name following { edges { cursor } } } }',
      { id: '1' },
    ],
    [
      'one about what was not found',
      'query ($id: ID!) { user(id: $id) { following { edges { cursor } } } }',
      { id: '9' },
    ],
    ['a join of a list', '{ feed(first: 2) { edges { node { title favoriteCount author { name } } } } }'],
    ['aliases', '{ films: feed { items: edges { film: node { constructor: title toString: favoriteCount } } } }'],
    ['types by name', '{ what: __typename feed { __typename edges { node { kind: __typename } } } }'],
    ['fragments', '{ viewer { ...A ... on Node { id } } } fragment A on User { name ... { workCount } }'],
    [
      'conditions',
      `query ($both: Boolean = true) { viewer { id name @include${both} workCount @skip${both} isFollow @skip(if: false) } }`,
    ],
    [
      'conditions that are met no more',
      `query ($both: Boolean = true) { viewer { id name @include${both} workCount @skip${both} } }`,
      { both: false },
    ],
    [
      'things asked for twice',
      '{ viewer { id following { edges { cursor } } } viewer { name following { edges { node { id } } } } }',
    ],
    ['a mutation', 'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { id } } }', { id: '101' }],
    [
      'mutations of which one is refused',
      `mutation {
        a: favoriteVideo(input: { videoId: "9" }) { video { id } }
        b: favoriteVideo(input: { videoId: "101" }) { video { title favoriteCount } }
      }`,
    ],
  ])('%s', async (_, query, variables = {}) => {
    const [one, other] = [
      await compiled.execute({ kind: 'query', query, variables }, call),
      await stock.execute({ kind: 'query', query, variables }, call),
    ]
    expect(JSON.stringify(one)).toBe(JSON.stringify(other))
    expect(compiled.stockRuns.size).toBe(0)
  })
})

it('lacks what a subgraph that is away would contribute, and says so', async () => {
  const social = { execute: () => Promise.resolve({ errors: [new Unavailable()] }) }
  await using alone = await gatewayUnderTest({ subgraphs: { ...stubs([]), social } })
  expect(
    await alone.execute({ kind: 'query', query: '{ user(id: "1") { name following { edges { cursor } } } }' }, call),
  ).toMatchObject({
    data: { user: { name: 'alice', following: null } },
    errors: [{ extensions: { code: 'UNAVAILABLE' } }],
  })
})

it('plans an operation once, however many ask for it at the same time', async () => {
  const plan = vi.spyOn(QueryPlanner.prototype, 'buildQueryPlan')
  const query = 'query Once { feed(first: 1) { edges { node { title } } } }'
  const answers = await Promise.all([
    post(compiled, query),
    post(compiled, query),
    compiled.execute({ kind: 'query', query }, call),
  ])
  expect(answers.map(({ data }) => data)).toEqual(Array(3).fill({ feed: { edges: [{ node: { title: 'sunset' } }] } }))
  expect(plan).toHaveBeenCalledTimes(1)
})

/** A subgraph that records its requests. */
function overheard(subgraph: SubgraphClient, asked: SubgraphOperation[]): SubgraphClient {
  return {
    execute(operation, caller) {
      asked.push(operation)
      return subgraph.execute(operation, caller)
    },
  }
}

it('asks once about what stands in many places', async () => {
  const asked: SubgraphOperation[] = []
  const subgraphs = stubs([])
  await using gateway = await gatewayUnderTest({ subgraphs: { ...subgraphs, user: overheard(subgraphs.user, asked) } })
  const { data } = await post(gateway, '{ feed { edges { node { author { name } } } } }')
  expect(data).toEqual({ feed: { edges: Array(3).fill({ node: { author: { name: 'alice' } } }) } })
  const fetched = asked.map(({ variables }) => variables?.['representations']).filter(Boolean)
  expect(fetched).toEqual([[{ __typename: 'User', id: '1' }]])
})

it('tells of an error in each of the places', async () => {
  const user: SubgraphClient = {
    execute: () =>
      Promise.resolve({
        data: { _entities: [{ name: null }] },
        errors: [Object.assign(new Unavailable(), { path: ['_entities', 0, 'name'] })],
      }),
  }
  await using gateway = await gatewayUnderTest({ subgraphs: { ...stubs([]), user } })
  const { data, errors } = await post(gateway, '{ feed(first: 2) { edges { node { author { name } } } } }')
  expect(data).toEqual({ feed: { edges: Array(2).fill({ node: { author: null } }) } })
  expect(errors.map(({ path }) => path)).toEqual(
    [0, 1].map((index) => ['feed', 'edges', index, 'node', 'author', 'name']),
  )
})

describe('the stock executor', () => {
  it('runs what is not compiled, which is counted, and told to the log once', async () => {
    const seen = createLogger('silent', 'test')
    const warn = vi.spyOn(seen, 'warn')
    await using gateway = await gatewayUnderTest({ log: seen })
    const query = '{ viewer { name } __type(name: "User") { name } }'
    for (let time = 0; time < 3; time++) {
      expect(await post(gateway, query, {}, asAlice)).toMatchObject({
        data: { viewer: { name: 'alice' }, __type: { name: 'User' } },
        errors: [],
      })
    }
    expect([...gateway.stockRuns]).toEqual([['questions about the schema', 3]])
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('runs nothing of our own', async () => {
    await using gateway = await gatewayUnderTest()
    for (const { kind, name: operationName, text: query } of Object.values(operations)) {
      const variables = new Proxy({}, { get: () => '1', getOwnPropertyDescriptor: () => undefined })
      await gateway.execute({ kind, operationName, query, variables }, call)
    }
    expect([...gateway.stockRuns]).toEqual([])
  })

  it('runs all when it is asked to, and counts nothing', async () => {
    expect((await post(stock, '{ viewer { name } }', {}, asAlice)).data).toEqual({ viewer: { name: 'alice' } })
    expect([...stock.stockRuns]).toEqual([])
  })
})

describe('no prototype is reached', () => {
  const nasty =
    '{"__proto__": {"polluted": 1, "id": "1"}, "constructor": {"prototype": {"polluted": 1}, "id": "1"}, "id": "1", "name": "alice", "__typename": "User"}'
  const roots = `{"viewer": ${nasty}, "user": ${nasty}, "constructor": ${nasty}, "__proto__": ${nasty}}`
  const user: SubgraphClient = {
    execute: ({ variables }) =>
      Promise.resolve({
        data: JSON.parse(variables?.['representations'] ? `{"_entities": [${nasty}]}` : roots) as Record<
          string,
          unknown
        >,
      }),
  }

  it.each([
    ['by what a subgraph answers', '{ viewer { id name } }'],
    ['by what two of them answer', '{ viewer { id workCount } user(id: "1") { name videos { edges { cursor } } } }'],
    ['by aliases', '{ constructor: viewer { id hasOwnProperty: workCount } }'],
    ['by an alias that would set one', '{ __proto__: viewer { id polluted: workCount } }'],
  ])('%s', async (_, query) => {
    await using gateway = await gatewayUnderTest({ subgraphs: { ...stubs([]), user } })
    const { data } = await gateway.execute({ kind: 'query', query }, { ...call, token: null })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
    const viewer = Object.values(data ?? {})[0] as object
    expect(Object.values(viewer)).toContain('1')
    expect([null, Object.prototype]).toContain(Object.getPrototypeOf(viewer))
  })

  it('nor does an object answer with what it inherits', async () => {
    const { data } = await compiled.execute(
      { kind: 'query', query: '{ viewer { constructor: lastMessage { content } } }' },
      call,
    )
    expect(data).toEqual({ viewer: { constructor: null } })
  })
})
