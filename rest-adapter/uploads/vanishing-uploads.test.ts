import { once } from 'node:events'
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createLogger } from '../../platform/runtime/logger.ts'
import { openObjectStore, type ObjectStore } from '../../platform/storage/object-store.ts'
import { createFakeGraph } from '../../testing/fake-graph.ts'
import { createRestClient, encodeParts, type Part } from '../../testing/rest-client.ts'
import { createRestAdapter, type RestAdapterOptions } from '../server.ts'

const path = '/douyin/publish/action/'
const file: Part = { name: 'data', fileName: 'clip.mp4', content: Buffer.alloc(100_000, 'video ') }
const token: Part = { name: 'token', content: 'alice' }

let folder: string
let app: FastifyInstance
let url: string
let objectStore: ObjectStore
let uploads = 0
/** Holds back answers of the graph until it is resolved. */
let gate: Promise<void> = Promise.resolve()
let waiting = 0

const graph = createFakeGraph({
  Viewer: async (_, call) => {
    waiting++
    await gate
    return { viewer: { id: call.token ?? '' } }
  },
  CreateUpload: async () => {
    waiting++
    await gate
    const uploadId = `vanishing/${++uploads}`
    const limits = { maxBytes: 1_000_000, expiresAt: new Date(Date.now() + 60_000) }
    const { url: to, fields } = await objectStore.createUploadForm({ origin: 'http://phone.test' }, uploadId, limits)
    return { createUpload: { uploadId, url: to, fields: [...fields] } }
  },
  PublishVideo: () => ({ publishVideo: { video: { id: '1' } } }),
})

async function start(options: Partial<RestAdapterOptions>): Promise<void> {
  app = await createRestAdapter({
    execute: graph.execute,
    objectStoreAddress: inject('services').objectStore,
    trustedProxies: [],
    allowedOrigins: 'any',
    shedLoadAfterMs: 0,
    callsPerMinute: 0,
    uploadsAtOnce: 3,
    uploadsAtOncePerAddress: 3,
    maxUploadBytes: 1_000_000,
    feed: 'latest',
    uploadFolder: folder,
    log: createLogger('silent', 'test'),
    ...options,
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
}

beforeEach(async () => {
  objectStore = openObjectStore(inject('services').objectStore)
  await objectStore.prepare()
  folder = await mkdtemp(join(tmpdir(), 'vanishing-uploads-'))
  gate = Promise.resolve()
  waiting = 0
})
afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

function request(body: Buffer, query = ''): Buffer {
  const type = 'Content-Type: multipart/form-data; boundary=a-boundary-of-the-test'
  const head = `POST ${path}${query} HTTP/1.1\r\nHost: x\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function publishes(name = 'alice'): Promise<unknown> {
  const sender = { name: 'token', content: name }
  return (await createRestClient(url).call('POST', path, { parts: [file, sender] })).body.status_code
}

/** As many users as there are slots publish at once. */
function allPublish(): Promise<unknown[]> {
  return Promise.all(['alice', 'bob', 'carol'].map((name) => publishes(name)))
}

/** Spool files that this process still has open. */
async function openSpools(): Promise<number> {
  const names = await readdir('/proc/self/fd').catch(() => [])
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return targets.filter((target) => target.startsWith(folder)).length
}

describe('an upload whose connection closes', () => {
  const whole = request(encodeParts([{ name: 'title', content: 'x' }, file, token]))
  const body = whole.indexOf('\r\n\r\n') + 4
  /** In the head, at and within the delimiters, the fields and the file, and just before its end. */
  const cuts = [
    ...[
      0,
      10,
      body - 4,
      body - 1,
      body,
      body + 1,
      body + 2,
      body + 30,
      body + 100,
      body + 200,
      body + 400,
      body + 1_000,
    ],
    ...[
      whole.length / 2,
      whole.length - 300,
      whole.length - 150,
      whole.length - 60,
      whole.length - 10,
      whole.length - 1,
    ],
  ].map(Math.floor)

  it.each(['FIN', 'RST'])('with %s gives its place back, wherever it is cut off', { timeout: 60_000 }, async (how) => {
    await start({})
    for (const cut of cuts) {
      const sockets = await Promise.all([open(), open()])
      for (const socket of sockets) {
        socket.write(whole.subarray(0, cut))
        if (how === 'FIN') socket.end()
        else setImmediate(() => socket.resetAndDestroy())
      }
      for (const socket of sockets) if (!socket.closed) await once(socket.resume(), 'close')
    }
    await expect.poll(allPublish).toEqual([0, 0, 0])
    await expect.poll(openSpools).toBe(0)
  })

  it('while it is asked whose it is gives its place back at once', async () => {
    await start({})
    let release = (): void => undefined
    gate = new Promise((resolve) => (release = resolve))
    for (let turn = 1; turn <= 9; turn++) {
      const socket = await open()
      socket.write(request(encodeParts([token, file])).subarray(0, 500))
      await expect.poll(() => waiting).toBe(turn)
      socket.resetAndDestroy()
      await expect.poll(openSpools).toBe(0)
    }
    release()
    expect(await allPublish()).toEqual([0, 0, 0])
  })
})

describe('slow uploads', () => {
  it('keep nobody from publishing, from many addresses, nameless and by the drop', { timeout: 120_000 }, async () => {
    await start({ uploadsAtOnce: 6, uploadPace: { stretchMs: 60_000, bytes: 10_000 } })
    const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4']
    const slow = await Promise.all([...addresses, ...addresses].map((address) => open(address)))
    const begun = request(encodeParts([file, token])).subarray(0, 600)
    for (const socket of slow) socket.write(begun)
    await expect.poll(openSpools).toBe(6)
    expect(await publishes()).toBe(0)
    for (const socket of slow) socket.destroy()
  })

  it('are cut off with a sentence when too little comes, and only while it comes too slowly', async () => {
    await start({ uploadPace: { stretchMs: 300, bytes: 1_000 } })
    const socket = await open()
    socket.write(request(encodeParts([file, token])).subarray(0, 600))
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
    await expect.poll(() => answer, { timeout: 60_000 }).toContain('"status_code":400')
    expect(answer).toContain('HTTP/1.1 200')
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      status_msg: '上传速度过慢，请在网络良好时重试。',
    })
    await expect.poll(openSpools).toBe(0)
    socket.destroy()
  })

  it('of one person are no more than half of an address’s, whatever the order of the fields', async () => {
    await start({ uploadsAtOnce: 8, uploadsAtOncePerAddress: 8 })
    let release = (): void => undefined
    gate = new Promise((resolve) => (release = resolve))
    const client = createRestClient(url)
    const fileFirst = Array.from({ length: 6 }, () => client.call('POST', path, { parts: [file, token] }))
    await expect.poll(() => waiting).toBe(6)
    const others = client.call('POST', path, { parts: [file, { name: 'token', content: 'bob' }] })
    release()
    // All owners become known at once; four are stored, the rest is rejected.
    const codes = (await Promise.all(fileFirst)).map(({ body: { status_code: code } }) => code)
    expect(codes.toSorted()).toEqual([0, 0, 0, 0, 429, 429])
    expect((await others).body.status_code).toBe(0)
  })
})
