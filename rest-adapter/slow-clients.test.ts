import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { Client } from 'undici'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLogger } from '../platform/runtime/logger.ts'
import { createFakeGraph } from '../testing/fake-graph.ts'
import { openRawSocket, type RawSocket } from '../testing/raw-socket.ts'
import { createRestAdapter } from './server.ts'

const graph = createFakeGraph({ Viewer: () => ({ viewer: { id: '7' } }) })

let folder: string
let app: FastifyInstance
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slow-clients-test-'))
  app = await createRestAdapter({
    execute: graph.execute,
    objectStoreAddress: { url: 'http://127.0.0.1:9', accessKey: '', secretKey: '' },
    trustedProxies: [],
    allowedOrigins: 'any',
    shedLoadAfterMs: 0,
    maxUploadBytes: 1024,
    callsPerMinute: 0,
    uploadsAtOnce: 10,
    uploadsAtOncePerAddress: 5,
    feed: 'latest',
    uploadFolder: folder,
    log: createLogger('silent', 'test'),
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

/** The duration of a hundred polls of another user. */
async function pollsTake(client: Client): Promise<number> {
  const start = performance.now()
  for (let call = 0; call < 100; call++) {
    const { statusCode, body } = await client.request({ method: 'GET', path: '/douyin/message/chat/?token=mine' })
    await body.dump()
    expect(statusCode).toBe(200)
  }
  return performance.now() - start
}

function connections(): Promise<number> {
  return promisify(app.server.getConnections.bind(app.server))()
}

const heads = [
  'GET /douyin/feed/ HTTP/1.1\r\nHost: a\r\nX-Long: ',
  'POST /douyin/user/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n',
  'POST /douyin/publish/action/ HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999\r\n\r\n--x',
]

it('slow down nobody else to more than twice, two hundred of them', { timeout: 60_000 }, async () => {
  await using client = { http: new Client(url), [Symbol.asyncDispose]: () => client.http.destroy() }
  await pollsTake(client.http)
  const alone: number[] = []
  const beside: number[] = []
  // Alternating, and the best of each, so that other load on the machine affects both alike.
  for (let round = 0; round < 4; round++) {
    alone.push(await pollsTake(client.http))
    const slow = Array.from({ length: 200 }, (_, index): RawSocket => {
      const socket = openRawSocket(url)
      socket.send(heads[index % heads.length] ?? '')
      return socket
    })
    await expect.poll(connections).toBeGreaterThan(200)
    const drip = setInterval(() => slow.forEach((socket) => socket.send('x')), 100)
    beside.push(await pollsTake(client.http))
    clearInterval(drip)
    for (const socket of slow) socket[Symbol.dispose]()
    await expect.poll(connections).toBeLessThan(10)
  }
  expect(Math.min(...beside) / Math.min(...alone)).toBeLessThan(2)
})
