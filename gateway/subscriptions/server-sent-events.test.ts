import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { accessTokenKeys, alice, aliceToken, gatewayUnderTest, noLimits } from '../../testing/gateway.ts'
import { announceTyping } from '../../schema/topics.ts'
import { goLive } from '../../testing/live.ts'
import { patience } from '../../testing/waiting.ts'
import { signAccessToken } from '../../platform/auth/access-token.ts'
import type { Gateway, GatewayOptions } from '../server.ts'
import { connectionsPerUser } from './connection-limits.ts'

let gateway: Gateway
let graphqlUrl: string
const opened: AbortController[] = []

/** A broadcast within this process. */
function createBroadcast(): Broadcast {
  const listeners: [string, (value: unknown) => void][] = []
  return {
    isConnected: true,
    publish: (topic, value) => {
      for (const [wanted, listener] of listeners) if (wanted === topic) listener(value)
    },
    listen: (topic, listener) => void listeners.push([topic, listener]),
    onGap: () => undefined,
    [Symbol.dispose]: () => undefined,
  }
}

let broadcast: Broadcast

async function open(options: Partial<GatewayOptions> = {}): Promise<void> {
  broadcast = createBroadcast()
  gateway = await gatewayUnderTest({ broadcast, rates: { ...noLimits, usersPerAddress: 5 }, ...options })
  graphqlUrl = `${await gateway.app.listen({ port: 0, host: '127.0.0.1' })}/graphql`
}
beforeEach(() => open())
afterEach(async () => {
  for (const controller of opened.splice(0)) controller.abort()
  await gateway[Symbol.asyncDispose]()
})

const subscription = 'subscription { events { __typename ... on Typing { user { name } } } }'

async function asks(
  query: string,
  token: string | null = aliceToken,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const controller = new AbortController()
  opened.push(controller)
  return fetch(`${graphqlUrl}/stream?query=${encodeURIComponent(query)}`, {
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
    signal: controller.signal,
  })
}

/** What a stream has written so far. */
function collects(response: Response): { text: string; isOver: boolean } {
  const collected = { text: '', isOver: false }
  void (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      collected.text += decoder.decode(chunk as Uint8Array, { stream: true })
    }
    collected.isOver = true
  })().catch(() => undefined)
  return collected
}

const codeOf = async (response: Response): Promise<[number, string | undefined]> => {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] }
  return [response.status, errors[0]?.extensions.code]
}

const types = (): void => announceTyping(broadcast, { userId: '2', toUserId: alice.userId })

it('brings events, and comments while there are none', async () => {
  await gateway[Symbol.asyncDispose]()
  await open({ pingMs: 50 })
  const response = await asks(subscription)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const stream = collects(response)
  await vi.waitUntil(() => stream.text.includes('\n\n:\n\n'), patience)
  expect(stream.text).toMatch(/^id: \S+\n\n/)
  types()
  const next = 'data: {"data":{"events":{"__typename":"Typing","user":{"name":"bob"}}}}'
  await vi.waitUntil(() => stream.text.includes(next), patience)
})

it.each([
  ['an anonymous client', subscription, null, 401, 'UNAUTHENTICATED'],
  ['a token that is none', subscription, 'nonsense', 401, 'UNAUTHENTICATED'],
  ['a field that does not exist', 'subscription { events { nonsense } }', aliceToken, 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['what is no GraphQL', '{', aliceToken, 400, 'GRAPHQL_PARSE_FAILED'],
  ['a cursor that was never given', 'subscription { events(after: "x") { id } }', aliceToken, 400, 'BAD_USER_INPUT'],
])('refuses %s as over HTTP', async (_, query, token, status, code) => {
  expect(await codeOf(await asks(query, token))).toEqual([status, code])
})

it('refuses what is too complex, and mutations by GET', async () => {
  const deep = `{ feed(first: 50) { edges { node { author { following(first: 50) { edges { node { following(first: 50) {
    edges { node { name } } } } } } } } } } }`
  expect(await codeOf(await asks(deep))).toEqual([400, 'QUERY_TOO_COMPLEX'])
  expect((await asks('mutation { logout { sessionId } }')).status).toBe(405)
})

it('counts in the rates of its user', async () => {
  await gateway[Symbol.asyncDispose]()
  await open({ rates: { ...noLimits, reads: 3, usersPerAddress: 5 } })
  const statuses = []
  for (let count = 0; count < 4; count++) statuses.push((await asks(subscription)).status)
  expect(statuses).toEqual([200, 200, 200, 429])
})

it('lets a user have ten connections, sockets and streams together', async () => {
  await using socket = await goLive({ graphqlUrl }, { token: aliceToken })
  for (let count = 1; count < connectionsPerUser; count++) expect((await asks(subscription)).status).toBe(200)
  const refused = await asks(subscription)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
  await socket[Symbol.asyncDispose]()
  await expect.poll(async () => (await asks(subscription)).status, patience).toBe(200)
  expect((await asks(subscription)).status).toBe(429)
})

it('ends with an error when the token expires', async () => {
  const token = signAccessToken(accessTokenKeys, alice, new Date(Date.now() + 2_000))
  const stream = collects(await asks(subscription, token))
  await vi.waitUntil(() => stream.isOver, patience)
  expect(stream.text).toContain('UNAUTHENTICATED')
  expect(stream.text).toMatch(/event: complete\ndata:\n\n$/)
})

it('cuts off a client that does not read', { timeout: 60_000 }, async () => {
  const much = Array.from({ length: 500 }, (_, index) => `a${index}: user { id name createdAt }`).join(' ')
  let isCut = false
  gateway.app.server.on('connection', (socket) => socket.once('close', () => (isCut = true)))
  const { port, hostname } = new URL(graphqlUrl)
  const client = connect(Number(port), hostname)
  client.on('error', () => undefined).pause()
  const query = encodeURIComponent(`subscription { events { ... on Typing { ${much} } } }`)
  const head = [`GET /graphql/stream?query=${query} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${aliceToken}`]
  client.write(`${head.join('\r\n')}\r\n\r\n`)
  await vi.waitUntil(
    () => {
      for (let count = 0; count < 50; count++) types()
      return isCut
    },
    { timeout: 50_000, interval: 50 },
  )
  client.destroy()
})
