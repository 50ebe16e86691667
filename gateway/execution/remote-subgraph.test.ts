import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Caller } from '../../platform/auth/caller.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { createSubgraphServer } from '../../start/subgraph-server.ts'
import { alice, aliceToken, callerSecret, gatewayUnderTest, log, post, stubs } from '../../testing/gateway.ts'
import type { Fetch } from './subgraph-client.ts'
import { createRemoteSubgraph, type RemoteSubgraphOptions } from './remote-subgraph.ts'
import { patience } from '../../testing/waiting.ts'

const opened: AsyncDisposable[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]()
})

const caller: Caller = {
  viewer: alice,
  language: 'zh',
  origin: 'http://clients.test',
  clientAddress: '192.0.2.1',
  userAgent: 'test',
  requestId: 'r',
}
const query: Fetch = { kind: 'query', query: '{ user(id: "1") { name } }' }
const mutation: Fetch = {
  kind: 'mutation',
  query: 'mutation { login(input: { name: "a", password: "b" }) { accessToken } }',
}
const unavailable = {
  errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAVAILABLE' }) as object })],
}

/** A client for a server at an address. */
function remote(url: string, options: Partial<RemoteSubgraphOptions> = {}) {
  const client = createRemoteSubgraph({ name: 'user', url, callerSecret, log, ...options })
  opened.push(client)
  return client
}

/** A subgraph behind its own HTTP server. */
async function served(subgraph: Subgraph): Promise<string> {
  const app = createSubgraphServer(subgraph, callerSecret, log)
  opened.push({ [Symbol.asyncDispose]: () => app.close() })
  return `${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`
}

/** A server that behaves as the test says; `requests` collects what arrived. */
async function misbehaving(listener: RequestListener): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, requests }
}

const answers =
  (name: string): RequestListener =>
  (_request, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { user: { name } } }))

it('asks a subgraph in another process on behalf of a caller', async () => {
  const callers: Caller[] = []
  const { execute } = remote(await served(stubs(callers).user))
  expect(await execute(query, caller)).toEqual({ data: { user: { name: 'alice' } } })
  expect(callers).toEqual([caller])
})

it('passes on what a subgraph refuses, in every language', async () => {
  const { execute } = remote(await served(stubs([]).social))
  const refused = await execute(
    { kind: 'mutation', query: 'mutation { favoriteVideo(input: { videoId: "9" }) { video { id } } }' },
    caller,
  )
  expect(refused.errors).toMatchObject([
    {
      message: 'This video does not exist.',
      path: ['favoriteVideo'],
      extensions: { code: 'NOT_FOUND', messages: { zh: '视频不存在。' } },
    },
  ])
})

it('gives up at the deadline, and lets go of the connection', async () => {
  const { url, requests } = await misbehaving(() => undefined)
  for (const operation of [query, mutation]) {
    const { execute } = remote(url, { deadlineMs: { query: 50, mutation: 60 } })
    expect(await execute(operation, caller)).toEqual(unavailable)
  }
  const operations = () => requests.filter(({ method }) => method === 'POST')
  await vi.waitFor(() => expect(operations().map(({ socket }) => socket.destroyed)).toEqual([true, true]), patience)
})

it('gives up at the deadline on an answer that never ends', async () => {
  const { url } = await misbehaving((_request, response) => void response.writeHead(200).write('{"data":'))
  expect(await remote(url, { deadlineMs: { query: 50, mutation: 60_000 } }).execute(query, caller)).toEqual(unavailable)
})

describe('when the connection breaks', () => {
  const breaksOnce = (): RequestListener => {
    let isFirst = true
    return (request, response) => {
      if (isFirst) request.socket.destroy()
      else answers('alice')(request, response)
      isFirst = false
    }
  }

  it('tries a query a second time', async () => {
    const { url, requests } = await misbehaving(breaksOnce())
    expect(await remote(url).execute(query, caller)).toEqual({ data: { user: { name: 'alice' } } })
    expect(requests).toHaveLength(2)
  })

  it('never sends a mutation twice', async () => {
    const { url, requests } = await misbehaving(breaksOnce())
    expect(await remote(url).execute(mutation, caller)).toEqual(unavailable)
    expect(requests).toHaveLength(1)
  })

  it('gives up on a query after the second time', async () => {
    const { url, requests } = await misbehaving((request) => request.socket.destroy())
    expect(await remote(url).execute(query, caller)).toEqual(unavailable)
    expect(requests).toHaveLength(2)
  })
})

it.each([
  ['refuses the signature', (_request, response) => void response.writeHead(403).end('{}')],
  ['fails', (_request, response) => void response.writeHead(500).end('at http://10.0.0.7:4001/graphql')],
  ['answers no JSON', (_request, response) => void response.end('<html>')],
] satisfies [string, RequestListener][])('is unavailable while a subgraph %s', async (_what, listener) => {
  const { url } = await misbehaving(listener)
  expect(await remote(url).execute(query, caller)).toEqual(unavailable)
})

it('leaves a subgraph alone that keeps failing, and comes back to it', async () => {
  let isBroken = true
  const { url, requests } = await misbehaving((request, response) => {
    if (isBroken) response.writeHead(500).end()
    else answers('alice')(request, response)
  })
  const { execute } = remote(url, { restMs: 30 })
  for (let call = 0; call < 20; call++) await execute(query, caller)
  expect(requests.length).toBeLessThan(10)
  isBroken = false
  await vi.waitFor(
    async () => expect(await execute(query, caller)).toEqual({ data: { user: { name: 'alice' } } }),
    patience,
  )
})

it('lets nobody wait for the one call that tries whether a subgraph is back', async () => {
  const { url, requests } = await misbehaving((request) =>
    requests.length <= 10 ? request.socket.destroy() : undefined,
  )
  const { execute } = remote(url, { restMs: 20, deadlineMs: { query: 20_000, mutation: 60_000 } })
  for (let call = 0; call < 5; call++) await execute(query, caller)
  const attempts: Promise<unknown>[] = []
  await vi.waitFor(() => {
    attempts.push(execute(query, caller))
    expect(requests).toHaveLength(11)
  }, patience)
  expect(await execute(query, caller)).toEqual(unavailable)
})

it('lets only the first wait for a subgraph that does not answer, until it does', async () => {
  let isFrozen = true
  const { url, requests } = await misbehaving((request, response) => {
    if (!isFrozen) answers('alice')(request, response)
  })
  const { execute } = remote(url, { restMs: 20, deadlineMs: { query: 200, mutation: 60_000 } })
  expect(await execute(query, caller)).toEqual(unavailable)
  const asked = () => requests.filter(({ url: path }) => path === '/graphql').length
  for (let call = 0; call < 10; call++) expect(await execute(query, caller)).toEqual(unavailable)
  expect(asked()).toBe(1)
  isFrozen = false
  await vi.waitFor(
    async () => expect(await execute(query, caller)).toEqual({ data: { user: { name: 'alice' } } }),
    patience,
  )
})

it('takes one slow query for no silence while others are answered', async () => {
  const lengthOfMutation = String(JSON.stringify({ query: mutation.query }).length)
  const { url } = await misbehaving((request, response) => {
    if (request.headers['content-length'] !== lengthOfMutation) answers('alice')(request, response)
  })
  const { execute } = remote(url, { restMs: 60_000, deadlineMs: { query: 3_000, mutation: 200 } })
  const slow = execute(mutation, caller)
  await execute(query, caller)
  expect(await slow).toEqual(unavailable)
  expect(await execute(query, caller)).toEqual({ data: { user: { name: 'alice' } } })
})

it('remembers that nobody listens, and comes back once somebody does', async () => {
  const { url, requests } = await misbehaving(answers('alice'))
  const port = new URL(url).port
  await opened.pop()?.[Symbol.asyncDispose]()
  const { execute } = remote(url, { restMs: 20 })
  expect(await execute(query, caller)).toEqual(unavailable)
  expect(requests).toEqual([])
  const again = createServer(answers('alice')).listen(Number(port), '127.0.0.1')
  opened.push({
    async [Symbol.asyncDispose]() {
      again.closeAllConnections()
      await new Promise((resolve) => again.close(resolve))
    },
  })
  await vi.waitFor(
    async () => expect(await execute(query, caller)).toEqual({ data: { user: { name: 'alice' } } }),
    patience,
  )
})

describe('a feed, while a subgraph is away,', () => {
  const feed = '{ feed { edges { node { id title author { id name isFollow } favoriteCount isFavorite } } } }'

  /** A gateway with four remote subgraphs, one of which is down. */
  async function gatewayWithout(away: 'user' | 'video' | 'social' | 'chat') {
    const local = stubs([])
    const clients = await Promise.all(
      Object.entries(local).map(async ([name, subgraph]) => {
        const url = name === away ? 'http://127.0.0.1:9/graphql' : await served(subgraph)
        return [name, remote(url, { name })] as const
      }),
    )
    const gateway = await gatewayUnderTest({ subgraphs: { ...local, ...Object.fromEntries(clients) } })
    opened.push(gateway)
    return gateway
  }

  it('lacks what that one contributes and nothing else', async () => {
    const { status, data, errors } = await post(await gatewayWithout('social'), feed)
    expect(status).toBe(200)
    expect(data).toMatchObject({
      feed: {
        edges: [
          {
            node: { title: 'sunset', author: { name: 'alice', isFollow: null }, favoriteCount: null, isFavorite: null },
          },
          { node: { title: 'harbour' } },
          { node: { title: 'rain' } },
        ],
      },
    })
    for (const { message, extensions } of errors) {
      expect({ message, code: extensions['code'] }).toEqual({
        message: 'Please try again in a moment.',
        code: 'UNAVAILABLE',
      })
    }
    expect(errors.length).toBeGreaterThan(0)
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|social|serviceName|ECONNREFUSED|messages/)
  })

  it('still shows videos without the names of their authors', async () => {
    const { data } = await post(await gatewayWithout('user'), feed)
    expect(data).toMatchObject({
      feed: { edges: [{ node: { title: 'sunset', author: null, favoriteCount: 7 } }, {}, {}] },
    })
  })

  it('is unavailable as a whole only with its owner', async () => {
    const { data, errors } = await post(await gatewayWithout('video'), feed, {}, { 'accept-language': 'zh' })
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ message: '服务繁忙，请稍后再试。', extensions: { code: 'UNAVAILABLE' } }])
  })

  it('asks people with a token to come back while sessions cannot be looked up', async () => {
    const answer = await post(await gatewayWithout('user'), feed, {}, { authorization: `Bearer ${aliceToken}` })
    expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  })
})
