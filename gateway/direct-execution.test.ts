import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../platform/call.ts'
import { Unavailable } from '../platform/errors.ts'
import { aliceToken, gatewayUnderTest, log, standIns } from './gateway-under-test.ts'
import type { Gateway } from './server.ts'

const call: Call = {
  token: aliceToken,
  language: 'en',
  origin: 'http://o',
  clientAddress: '192.0.2.1',
  userAgent: 'u',
  requestId: 'r',
}
let gateway: Gateway
beforeAll(async () => {
  gateway = await gatewayUnderTest({ log })
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** The answers of the gateway's own executor, which a text meets first, and of those that come after. */
async function answers(query: string, variables: Readonly<Record<string, unknown>> = {}) {
  const first = await gateway.execute({ kind: 'query', query, variables }, call)
  const second = await gateway.execute({ kind: 'query', query, variables }, call)
  return [first, second].map(({ data, errors }) => ({
    data: plain(data),
    errors: errors?.map((error) => error.message),
  }))
}

function plain(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (key, value: unknown) => (key === '__typename' ? undefined : value)),
  ) as unknown
}

describe('what is executed directly is answered like what is not', () => {
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
      'query ($id: ID!) { user(id: $id) { name following { edges { node { id } } } } }',
      { id: '1' },
    ],
    [
      'one about what was not found',
      'query ($id: ID!) { user(id: $id) { following { edges { node { id } } } } }',
      { id: '9' },
    ],
    ['a join of a list', '{ feed(first: 2) { edges { node { title favoriteCount author { name } } } } }'],
    ['a mutation', 'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { id } } }', { id: '101' }],
    [
      'one that is refused',
      'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { id } } }',
      { id: '9' },
    ],
  ])('%s', async (_, query, variables) => {
    const [first, second] = await answers(query, variables)
    // Keys that the planner asked for may stand beside.
    expect(second).toMatchObject(first ?? {})
  })
})

it('lacks what a subgraph that is away would contribute, and says so', async () => {
  const social = { execute: () => Promise.resolve({ errors: [new Unavailable()] }) }
  await using alone = await gatewayUnderTest({ subgraphs: { ...standIns([]), social } })
  const query = '{ user(id: "1") { name following { edges { node { id } } } } }'
  for (const _ of ['first', 'second']) {
    const { data, errors } = await alone.execute({ kind: 'query', query }, call)
    expect(data).toMatchObject({ user: { name: 'alice' } })
    expect((data as { user: { following?: unknown } }).user.following ?? null).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  }
})
