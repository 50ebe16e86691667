import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { openRawSocket } from '../../testing/raw-socket.ts'
import { createHttpServer, type HttpServerOptions } from './http-server.ts'
import { createLogger } from '../runtime/logger.ts'

let app: FastifyInstance | undefined
afterEach(() => app?.close())

async function openDoor({
  prepare,
  ...options
}: Partial<HttpServerOptions> & { prepare?: (door: FastifyInstance) => void } = {}): Promise<string> {
  app = createHttpServer({
    name: 'test',
    trustedProxies: [],
    bodyBytes: 1_024,
    headBytes: 4_096,
    answerUnreadable: (why) => ({ status: why === 'too long' ? 200 : 400, body: { why } }),
    log: createLogger('silent', 'test'),
    ...options,
  })
  prepare?.(app)
  app.get('/caller', ({ ip, host, protocol }) => ({ ip, host, protocol }))
  app.all('/words', ({ query, ip, body: sent = '' }) => ({ query, ip, sent }))
  app.post('/text', ({ body }) => ({ body }))
  app.post('/file', { config: { takesFiles: true } }, ({ body }) => ({ body }))
  return app.listen({ host: '127.0.0.1', port: 0 })
}

function connections(of: FastifyInstance | undefined): Promise<number> {
  return new Promise((resolve) => of?.server.getConnections((_error, count) => resolve(count)))
}

const post = (path: string, body: string, length = body.length): string =>
  `POST ${path} HTTP/1.1\r\nHost: door.test\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${body}`

describe('an address with letters that are not escaped', () => {
  it.each([
    ['by GET', (path: string) => `GET ${path} HTTP/1.1\r\nHost: door.test\r\n\r\n`, ''],
    ['by POST, with the body behind it', (path: string) => post(path, 'text'), 'text'],
  ])('is read as UTF-8 %s', async (_how, request, body) => {
    const url = await openDoor()
    using socket = openRawSocket(url)
    socket.send(request('/words?name=小明&title=été%20%E6%98%A5&broken=%zz%'))
    const answer = await socket.ended
    expect(answer).toContain('HTTP/1.1 200')
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual({
      query: { name: '小明', title: 'été 春', broken: '%zz%' },
      ip: '127.0.0.1',
      sent: body,
    })
  })

  it('that come in a second packet, too', async () => {
    const url = await openDoor()
    using socket = openRawSocket(url)
    socket.send('GET /words?name=小明')
    await expect.poll(() => connections(app)).toBe(1)
    socket.send('&more=1 HTTP/1.1\r\nHost: door.test\r\nConnection: close\r\n\r\n')
    expect(await socket.ended).toContain('{"name":"小明","more":"1"}')
  })

  it.each(['GET /\u0001 HTTP/1.1', '小明 / HTTP/1.1', 'GET  小明 HTTP/1.1\r\nBad Header'])(
    'is refused when something else is wrong: %j',
    async (line) => {
      using socket = openRawSocket(await openDoor())
      socket.send(`${line}\r\nHost: door.test\r\nConnection: close\r\n\r\n`)
      expect(await socket.ended).toMatch(/^HTTP\/1.1 40[04] /)
    },
  )
})

describe('who is slow', () => {
  it('with the head is cut off', async () => {
    using socket = openRawSocket(await openDoor({ timeouts: { head: 100 } }))
    socket.send('GET /caller HTTP/1.1\r\nHost: d')
    expect(await socket.ended).toContain('{"why":"too slow"}')
  })

  it('with a text is cut off, and not with a file', async () => {
    const url = await openDoor({ timeouts: { body: 100 } })
    using file = openRawSocket(url)
    file.send(post('/file', 'half', 8).replace('Host', 'Connection: close\r\nHost'))
    using text = openRawSocket(url)
    text.send(post('/text', 'half', 8))
    expect(await text.ended).toBe('')
    file.send('half')
    expect(await file.ended).toContain('{"body":"halfhalf"}')
    using quick = openRawSocket(url)
    quick.send(post('/text', 'whole').replace('Host', 'Connection: close\r\nHost'))
    expect(await quick.ended).toContain('{"body":"whole"}')
  })

  it('with a file, by the drop, is cut off', async () => {
    const url = await openDoor({ timeouts: { pieceOfFile: 200 } })
    using file = openRawSocket(url)
    file.send(post('/file', 'half', 1_000))
    const drip = setInterval(() => file.send('x'), 20)
    expect(await file.ended).toBe('')
    clearInterval(drip)
  })

  it('does not keep the door from closing', async () => {
    let begin = (): void => undefined
    const begun = new Promise<void>((resolve) => (begin = resolve))
    const url = await openDoor({
      timeouts: { draining: 100 },
      prepare: (door) =>
        void door.addHook('onRequest', (_request, _reply, done) => {
          begin()
          done()
        }),
    })
    using socket = openRawSocket(url)
    socket.send(post('/file', 'half', 8))
    // The closing server would reject a request that it has not read yet.
    await begun
    await app?.close()
    expect(await socket.ended).toBe('')
  })

  it('and asks once more while the door closes is answered in the door’s own form, and sends no file', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const url = await openDoor({
      prepare(door) {
        door.setErrorHandler((error, _request, reply) => reply.code(200).send({ mine: (error as Error).message }))
        door.get('/gate', async () => (await gate, { late: true }))
      },
    })
    using socket = openRawSocket(url)
    using sender = openRawSocket(url)
    for (const each of [socket, sender]) each.send('GET /gate HTTP/1.1\r\nHost: d\r\n\r\n')
    await expect.poll(() => connections(app)).toBe(2)
    const closing = app?.close()
    socket.send('GET /caller HTTP/1.1\r\nHost: d\r\n\r\n')
    sender.send(post('/file', 'a video'))
    setTimeout(release, 50)
    expect(await socket.ended).toMatch(/"late":true[^]*HTTP\/1.1 200 OK[^]*connection: close[^]*"protocol":"http"/i)
    expect(await sender.ended).toMatch(/"late":true[^]*HTTP\/1.1 200 OK[^]*\{"mine":"Please try again in a moment."\}/)
    await closing
  })

  it('with nothing at all is cut off', async () => {
    using socket = openRawSocket(await openDoor({ timeouts: { idle: 100 } }))
    expect(await socket.ended).not.toContain('caller')
  })
})

describe('a host that is none', () => {
  it.each(['a"><script>', 'evil.example/path?', 'a b', 'me@evil.example', 'a:b'])('is refused: %s', async (host) => {
    await openDoor()
    const answer = await app?.inject({ url: '/caller', headers: { host } })
    expect(answer?.statusCode).toBe(400)
    expect(answer?.body).toBe('{"why":"malformed"}')
    expect(answer?.body).not.toContain(host)
  })

  it('is refused out of the headers of a trusted proxy as well', async () => {
    await openDoor({ trustedProxies: ['127.0.0.1'] })
    const headers = { host: 'door.test', 'x-forwarded-host': 'evil.example/path?' }
    expect((await app?.inject({ url: '/caller', headers }))?.statusCode).toBe(400)
    expect((await app?.inject({ url: '/caller', headers: { host: 'door.test' } }))?.statusCode).toBe(200)
  })

  it('may be left out by an old client', async () => {
    using socket = openRawSocket(await openDoor())
    socket.send('GET /caller HTTP/1.0\r\n\r\n')
    expect(await socket.ended).toContain('200 OK')
  })
})

describe('a head', () => {
  it('that is too long is answered, though it goes on and on', async () => {
    using socket = openRawSocket(await openDoor())
    socket.send(`GET /caller?a=${'x'.repeat(300_000)} HTTP/1.1\r\nHost: door.test\r\n\r\n`)
    const answer = await socket.ended
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toMatch(/\r\n\r\n\{"why":"too long"\}$/)
  })

  it('that is no HTTP is refused', async () => {
    using socket = openRawSocket(await openDoor())
    socket.send('hello\r\n\r\n')
    expect(await socket.ended).toContain('{"why":"malformed"}')
  })
})

describe('the address of a client', () => {
  const forwarded = {
    'x-forwarded-for': '203.0.113.9, 198.51.100.4',
    'x-forwarded-host': 'forged.test',
    'x-forwarded-proto': 'https',
  }
  const callers = async (): Promise<unknown> =>
    (await app?.inject({ url: '/caller', headers: { host: 'door.test', ...forwarded } }))?.json()

  it('is the one that calls, whatever it says of others', async () => {
    await openDoor()
    expect(await callers()).toEqual({ ip: '127.0.0.1', host: 'door.test', protocol: 'http' })
    await openDoor({ trustedProxies: ['10.0.0.0/8'] })
    expect(await callers()).toEqual({ ip: '127.0.0.1', host: 'door.test', protocol: 'http' })
  })

  it('is told by proxies that are named, one after the other, as long as they are', async () => {
    await openDoor({ trustedProxies: ['loopback'] })
    expect(await callers()).toEqual({ ip: '198.51.100.4', host: 'forged.test', protocol: 'https' })
    await openDoor({ trustedProxies: ['127.0.0.1', '198.51.100.0/24'] })
    expect(await callers()).toMatchObject({ ip: '203.0.113.9' })
  })
})

it('tells browsers to take an answer for nothing else, and to come back encrypted if they came encrypted', async () => {
  await openDoor({ trustedProxies: ['loopback'] })
  const plain = await app?.inject({ url: '/caller' })
  expect(plain?.headers).toMatchObject({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  })
  expect(plain?.headers).not.toHaveProperty('strict-transport-security')
  const encrypted = await app?.inject({ url: '/caller', headers: { 'x-forwarded-proto': 'https' } })
  expect(encrypted?.headers).toHaveProperty('strict-transport-security')
})
