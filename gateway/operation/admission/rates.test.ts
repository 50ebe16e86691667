import { expect, it } from 'vitest'
import { aliceToken, gatewayUnderTest, noLimits, post, stubs } from '../../../testing/gateway.ts'
import type { Gateway } from '../../server.ts'

const asAlice = { authorization: `Bearer ${aliceToken}` }
const viewer = '{ viewer { name } }'
const like = 'favoriteVideo(input: { videoId: "101" }) { video { id } }'

/** How often an operation is answered before the rate limit rejects it, of twenty attempts. */
async function answered(gateway: Gateway, query: string, headers: Record<string, string> = {}): Promise<number> {
  for (let times = 0; times < 20; times++) {
    const { errors } = await post(gateway, query, {}, headers)
    if (errors[0]?.extensions['code'] === 'RATE_LIMITED') return times
  }
  return 20
}

it('refuses who asks too often, before anything is asked of a subgraph, and says how long to wait', async () => {
  const callers: unknown[] = []
  const rates = { ...noLimits, reads: 3 }
  await using gateway = await gatewayUnderTest({ rates, subgraphs: stubs(callers as never[]) })
  expect(await answered(gateway, viewer)).toBe(3)
  callers.length = 0
  const { status, errors } = await post(gateway, viewer, {}, { 'accept-language': 'zh' })
  expect(status).toBe(429)
  expect(errors[0]?.message).toMatch(/^操作过于频繁，请在 \d+ 秒后再试。$/)
  expect(callers).toEqual([])
})

it('counts people apart from each other, and what comes from one address together', async () => {
  await using gateway = await gatewayUnderTest({ rates: { ...noLimits, reads: 3, usersPerAddress: 2 } })
  expect(await answered(gateway, viewer, asAlice)).toBe(3)
  expect(await answered(gateway, viewer)).toBe(3)
  const elsewhere = { method: 'POST', url: '/graphql', payload: { query: viewer }, remoteAddress: '192.0.2.9' } as const
  expect((await gateway.app.inject(elsewhere)).json()).toEqual({ data: { viewer: null } })
})

it('counts kinds of operations apart, and a mutation by its fields', async () => {
  await using gateway = await gatewayUnderTest({ rates: { ...noLimits, reads: 1, writes: 4, signIns: 1 } })
  expect(await answered(gateway, viewer, asAlice)).toBe(1)
  expect(await answered(gateway, `mutation { a: ${like} b: ${like} }`, asAlice)).toBe(2)
  const login = 'mutation { login(input: { name: "alice", password: "secret" }) { accessToken } }'
  expect(await answered(gateway, login)).toBe(1)
})

it('counts searches apart as well, those for several kinds as one, also in fragments', async () => {
  await using gateway = await gatewayUnderTest({ rates: { ...noLimits, reads: 18, searches: 5 } })
  const searches = `{ ...Both a: searchVideos(query: "sunset") { pageInfo { hasNextPage } } }
    fragment Both on Query {
      b: searchUsers(query: "alice") { pageInfo { hasNextPage } } c: searchTopics(query: "sea") { pageInfo { hasNextPage } }
    }`
  expect(await answered(gateway, searches, asAlice)).toBe(5)
  expect(await answered(gateway, viewer, asAlice)).toBe(12)
  const twice =
    '{ ...Two } fragment Two on Query { a: searchVideos(query: "a") { pageInfo { hasNextPage } } ' +
    'b: searchVideos(query: "b") { pageInfo { hasNextPage } } }'
  await using another = await gatewayUnderTest({ rates: { ...noLimits, searches: 5 } })
  expect(await answered(another, twice, asAlice)).toBe(2)
})

it('counts mutations inside fragments, and is not led in circles by them', async () => {
  await using gateway = await gatewayUnderTest({ rates: { ...noLimits, writes: 4 } })
  const hidden = `mutation { ...A } fragment A on Mutation { ... on Mutation { a: ${like} } b: ${like} }`
  expect(await answered(gateway, hidden, asAlice)).toBe(2)
  expect(await answered(gateway, 'mutation { ...B } fragment B on Mutation { ...B }', asAlice)).toBe(20)
})

it('counts our own operations too, for the client on whose behalf they come', async () => {
  await using gateway = await gatewayUnderTest({ rates: { ...noLimits, reads: 1 } })
  const call = {
    token: null,
    language: 'en',
    origin: '',
    clientAddress: '192.0.2.1',
    userAgent: '',
    requestId: '1',
  } as const
  const ask = async (query: string, from: string = call.clientAddress) =>
    (await gateway.execute({ kind: 'query', query }, { ...call, clientAddress: from })).errors
  expect(await ask(viewer)).toBeUndefined()
  expect(await ask('{ viewer { id } }')).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }])
  expect(await ask('{ viewer { id } }', '192.0.2.2')).toBeUndefined()
})
