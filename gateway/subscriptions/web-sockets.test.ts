import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { signAccessToken } from '../../platform/auth/access-token.ts'
import { limits } from '../operation/admission.ts'
import type { Gateway, GatewayOptions } from '../server.ts'
import { accessTokenKeys, alice, aliceToken, gatewayUnderTest, noLimits, stubs } from '../../testing/gateway.ts'
import { closing, goLive, openSocket } from '../../testing/live.ts'
import { patience } from '../../testing/waiting.ts'
import { operationsPerConnection } from './connection.ts'
import { connectionsPerUser } from './connection-limits.ts'

let gateway: Gateway
let graphqlUrl: string

async function open(options: Partial<GatewayOptions> = {}): Promise<void> {
  gateway = await gatewayUnderTest({ rates: { ...noLimits, usersPerAddress: 5 }, ...options })
  graphqlUrl = `${await gateway.app.listen({ port: 0, host: '127.0.0.1' })}/graphql`
}
beforeEach(() => open())
afterEach(() => gateway[Symbol.asyncDispose]())

const init = { type: 'connection_init', payload: { authorization: `Bearer ${aliceToken}` } }

/** A socket that says what it is given; answers its frames. */
async function says(...messages: readonly unknown[]) {
  const { socket } = await openSocket({ graphqlUrl })
  const frames: { type: string; id?: string; payload?: unknown }[] = []
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as (typeof frames)[number]))
  const closed = closing(socket)
  for (const message of messages) {
    socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }
  return { socket, frames, closed }
}

const subscribing = (id: string, query = 'subscription { events { id } }') => ({
  type: 'subscribe',
  id,
  payload: { query },
})

describe('who may open a socket', () => {
  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page in a sandbox', { origin: 'null' }, 403],
    ['a page of this origin', {}, 101],
  ])('%s: %j', async (who, headers, status) => {
    const own = who.includes('this') ? { origin: new URL(graphqlUrl).origin } : headers
    const { socket, status: answered } = await openSocket({ graphqlUrl }, own)
    expect(answered).toBe(status)
    socket.terminate()
  })

  it('a page of an origin that is named', async () => {
    await gateway[Symbol.asyncDispose]()
    await open({ socketOrigins: ['https://app.example'] })
    const statuses = ['https://app.example', 'https://app.example.evil.example'].map(async (origin) => {
      const { socket, status } = await openSocket({ graphqlUrl }, { origin })
      socket.terminate()
      return status
    })
    expect(await Promise.all(statuses)).toEqual([101, 403])
  })

  it('not more than an address may have', async () => {
    const opened = []
    for (let count = 0; count < 5 * connectionsPerUser; count++) opened.push(await openSocket({ graphqlUrl }))
    expect((await openSocket({ graphqlUrl })).status).toBe(429)
    const gone = closing(opened[0]?.socket as never)
    opened[0]?.socket.terminate()
    await gone
    await expect.poll(async () => (await openSocket({ graphqlUrl })).status).toBe(101)
    for (const { socket } of opened) socket.terminate()
  })

  it('not more than ten for one person', async () => {
    const all = []
    for (let count = 0; count < connectionsPerUser; count++)
      all.push(await goLive({ graphqlUrl }, { token: aliceToken }))
    const oneMore = await says(init)
    expect(await oneMore.closed).toMatchObject({ code: 4429 })
    await all[0]?.[Symbol.asyncDispose]()
    await expect
      .poll(async () => {
        const again = await says(init)
        const outcome = await Promise.race([
          again.closed.then(() => 'closed'),
          vi.waitUntil(() => again.frames[0], patience).then(() => 'open'),
        ])
        again.socket.terminate()
        return outcome
      })
      .toBe('open')
    for (const live of all) await live[Symbol.asyncDispose]()
  })

  it('nobody while the server is late', async () => {
    await gateway[Symbol.asyncDispose]()
    await open({ shedLoadAfterMs: 20 })
    const until = performance.now() + 400
    const blocking = setInterval(() => {
      for (const end = performance.now() + 150; performance.now() < end;);
    }, 1)
    try {
      await expect
        .poll(
          async () => {
            const { socket, status } = await openSocket({ graphqlUrl })
            socket.terminate()
            return status
          },
          { timeout: 20_000 },
        )
        .toBe(503)
      expect(performance.now()).toBeGreaterThan(until - 400)
    } finally {
      clearInterval(blocking)
    }
  })
})

describe('a socket is closed', () => {
  it.each<[string, number, unknown[]]>([
    ['with a token that is none', 4401, [{ type: 'connection_init', payload: { authorization: 'Bearer nonsense' } }]],
    ['when it asks before it is let in', 4401, [subscribing('1')]],
    ['when it introduces itself twice', 4429, [init, init]],
    ['when an id is in use', 4409, ['wait', init, subscribing('1'), subscribing('1')]],
    ['for what is no JSON', 4400, ['{']],
    ['for a message of another kind', 4400, [{ type: 'hello' }]],
    ['for bytes', 4400, [Buffer.from([1, 2, 3])]],
    ['for a subscription without an id', 4400, [init, { type: 'subscribe', payload: { query: '{ viewer { id } }' } }]],
    ['for a frame that is too long', 1009, [JSON.stringify({ ...init, more: 'x'.repeat(limits.bodyBytes) })]],
  ])('%s: %i', async (_, code, messages) => {
    const isLetInFirst = messages[0] === 'wait'
    const { socket, frames, closed } = await says(...(isLetInFirst ? [messages[1]] : messages))
    if (isLetInFirst) {
      await vi.waitUntil(() => frames.length > 0, patience)
      for (const message of messages.slice(2)) socket.send(JSON.stringify(message))
    }
    expect(await closed).toMatchObject({ code })
  })

  it('when it says nothing for five seconds', { timeout: 15_000 }, async () => {
    const { closed } = await says()
    expect(await closed).toMatchObject({ code: 4408 })
  })

  it('when it does not say that it speaks the protocol', async () => {
    const { socket } = await openSocket({ graphqlUrl }, {}, null)
    expect(await closing(socket)).toMatchObject({ code: 4406 })
  })

  it('when it asks for more operations than one connection may', async () => {
    const { socket, frames, closed } = await says(init)
    await vi.waitUntil(() => frames.length > 0, patience)
    for (let count = 0; count < operationsPerConnection; count++) socket.send(JSON.stringify(subscribing(`${count}`)))
    socket.send(JSON.stringify({ type: 'ping' }))
    await vi.waitUntil(() => frames.some(({ type }) => type === 'pong'), patience)
    expect(socket.readyState).toBe(socket.OPEN)
    socket.send(JSON.stringify(subscribing('one more')))
    expect(await closed).toMatchObject({ code: 4429 })
  })

  it('when its token expires', async () => {
    const token = signAccessToken(accessTokenKeys, alice, new Date(Date.now() + 2_000))
    const { closed } = await says({
      type: 'connection_init',
      payload: { headers: { Authorization: `Bearer ${token}` } },
    })
    const since = performance.now()
    expect(await closed).toMatchObject({ code: 4401 })
    expect(performance.now() - since).toBeLessThan(3_500)
  })

  it('when it does not read what it asks for', { timeout: 60_000 }, async () => {
    const { socket, closed, frames } = await says(init)
    await vi.waitUntil(() => frames.length > 0, patience)
    ;(socket as unknown as { _socket: { pause(): void } })._socket.pause()
    const question = { query: '{ __schema { types { name description fields { name description type { name } } } } }' }
    for (let count = 0; count < 1_000; count++) {
      socket.send(JSON.stringify({ type: 'subscribe', id: `${count}`, payload: question }))
      // So many at a time as it may have.
      if (count % 15 === 14) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    ;(socket as unknown as { _socket: { resume(): void } })._socket.resume()
    expect(await closed).toMatchObject({ code: 1006 })
  })

  it('when it does not answer a ping before the next one, and no other is', async () => {
    await gateway[Symbol.asyncDispose]()
    await open({ pingMs: 200 })
    const silent = await openSocket({ graphqlUrl })
    const pings: unknown[] = []
    silent.socket.pong = () => undefined
    silent.socket.on('ping', () => pings.push(null))
    const other = await says(init)
    expect(await closing(silent.socket)).toMatchObject({ code: 1006 })
    expect(pings).toHaveLength(1)
    await new Promise<void>((resolve) => other.socket.once('ping', () => resolve()))
    expect(other.socket.readyState).toBe(other.socket.OPEN)
    other.socket.terminate()
  })

  it('with goodbye when the server stops', async () => {
    const { frames, closed } = await says(init)
    await vi.waitUntil(() => frames.length > 0, patience)
    const since = performance.now()
    await gateway[Symbol.asyncDispose]()
    expect(await closed).toMatchObject({ code: 1001 })
    expect(performance.now() - since).toBeLessThan(3_000)
    await open()
  })
})

describe('what is asked over a socket', () => {
  const deep = `{ feed(first: 50) { edges { node { author { following(first: 50) { edges { node { following(first: 50) {
    edges { node { name } } } } } } } } } } }`

  it('is refused as over HTTP', async () => {
    await using live = await goLive({ graphqlUrl }, { token: aliceToken })
    for (const query of [
      deep,
      `subscription { events { ... on MessageReceived { message { sender ${deep.slice(deep.indexOf('{ author') + 9, -8)} } } } }`,
      '{ nonsense }',
      '{',
      `query ($id: ID!) { user(id: $id) { name } }`,
    ]) {
      const response = await fetch(graphqlUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${aliceToken}`,
          accept: query.startsWith('sub') ? 'text/event-stream' : 'application/json',
        },
        body: JSON.stringify({ query }),
      })
      const overHttp = ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors
      const { errors } = (await live.asks(query)) as { errors: { extensions: { code: string } }[] }
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(overHttp.map(({ extensions }) => extensions.code))
    }
    expect(await live.asks(deep)).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] })
  })

  it('counts in the rates of its person', async () => {
    await gateway[Symbol.asyncDispose]()
    await open({ rates: { ...noLimits, reads: 3, usersPerAddress: 5 } })
    await using live = await goLive({ graphqlUrl }, { token: aliceToken })
    const answers = []
    for (let count = 0; count < 4; count++) answers.push(await live.asks('{ viewer { name } }'))
    expect(answers.slice(0, 3)).toEqual(Array(3).fill({ data: { viewer: { name: 'alice' } } }))
    expect(answers[3]).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] })
    expect(await live.asks('subscription { events { id } }')).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    })
  })

  it('is answered in the language of the client', async () => {
    await using live = await goLive({ graphqlUrl }, null, { headers: { 'accept-language': 'zh-CN' } })
    expect(await live.asks('subscription { events { id } }')).toMatchObject({ errors: [{ message: '请先登录。' }] })
    await using other = await goLive({ graphqlUrl }, null, { language: 'zh' })
    const { errors } = (await other.asks(deep)) as { errors: { message: string }[] }
    expect(errors[0]?.message).toContain('请求过于复杂')
  })

  it('is answered to anonymous clients, but for what happens to somebody', async () => {
    await using live = await goLive({ graphqlUrl }, null)
    expect(await live.asks('{ viewer { name } feed(first: 1) { edges { node { title } } } }')).toEqual({
      data: { viewer: null, feed: { edges: [{ node: { title: 'sunset' } }] } },
    })
    expect(await live.asks('subscription { events { id } }')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })

  it('refuses a cursor that was never given', async () => {
    await using live = await goLive({ graphqlUrl }, { token: aliceToken })
    for (const after of ['nonsense', Buffer.from('{}').toString('base64url'), 'x'.repeat(20_000)]) {
      expect(await live.asks('subscription ($after: ID) { events(after: $after) { id } }', { after })).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      })
    }
  })
})

describe('a request to go over to something else', () => {
  async function raw(text: string): Promise<string> {
    const { port, hostname } = new URL(graphqlUrl)
    const socket = connect(Number(port), hostname)
    socket.end(text)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    return answer
  }

  it('is answered as if it had not offered it, with its body', async () => {
    const body = JSON.stringify({ query: '{ viewer { name } }' })
    const answer = await raw(
      [
        'POST /graphql HTTP/1.1',
        'Host: localhost',
        'Connection: Upgrade, HTTP2-Settings, close',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    )
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer).toContain('{"data":{"viewer":null}}')
  })

  it('is refused where there are no sockets, and without a key', async () => {
    const upgrade = (path: string, more = '') =>
      raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${more}\r\n`)
    expect(
      await upgrade('/nowhere', 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'),
    ).toMatch(/^HTTP\/1.1 404 /)
    expect(await upgrade('/graphql')).toMatch(/^HTTP\/1.1 400 /)
  })
})

it('offers nothing of all callers to one who only says who they are', async () => {
  const callers: { requestId: string; viewer: unknown }[] = []
  await gateway[Symbol.asyncDispose]()
  await open({ subgraphs: stubs(callers as never) })
  await using live = await goLive({ graphqlUrl }, { token: aliceToken }, { headers: { 'x-caller': 'forged' } })
  await live.asks('{ viewer { name } }')
  expect(callers.map(({ viewer }) => viewer)).toContainEqual(alice)
})
