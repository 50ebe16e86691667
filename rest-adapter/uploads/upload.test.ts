import { once } from 'node:events'
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { Unauthenticated } from '../../platform/runtime/errors.ts'
import { createLogger } from '../../platform/runtime/logger.ts'
import { openObjectStore, uploadBucket, type ObjectStore } from '../../platform/storage/object-store.ts'
import { createFakeGraph } from '../../testing/fake-graph.ts'
import { createRestClient, encodeParts, type Part, type RestClient } from '../../testing/rest-client.ts'
import { createRestAdapter } from '../server.ts'
import { patience } from '../../testing/waiting.ts'

const maxUploadBytes = 8 * 1024 * 1024
const path = '/douyin/publish/action/'

let objectStore: ObjectStore
let storeUrl: string
let uploads = 0

const graph = createFakeGraph({
  Viewer: (_, { token }) => {
    if (token !== 'mine') throw new Unauthenticated()
    return { viewer: { id: '7' } }
  },
  CreateUpload: async (_, call) => {
    if (call.token !== 'mine') throw new Unauthenticated()
    const uploadId = `adapter/${++uploads}`
    const limits = { maxBytes: maxUploadBytes, expiresAt: new Date(Date.now() + 60_000) }
    const { url, fields } = await objectStore.createUploadForm({ origin: 'http://phone.test' }, uploadId, limits)
    return { createUpload: { uploadId, url, fields: [...fields] } }
  },
  PublishVideo: () => ({ publishVideo: { video: { id: '1' } } }),
})

let folder: string
let app: FastifyInstance
let url: string
let client: RestClient

async function startAdapter(objectStoreUrl: string): Promise<FastifyInstance> {
  return createRestAdapter({
    execute: graph.execute,
    objectStoreAddress: { ...inject('services').objectStore, url: objectStoreUrl },
    trustedProxies: [],
    allowedOrigins: 'any',
    shedLoadAfterMs: 0,
    callsPerMinute: 0,
    uploadsAtOnce: 10,
    uploadsAtOncePerAddress: 5,
    maxUploadBytes,
    feed: 'latest',
    uploadFolder: join(folder, 'spool'),
    log: createLogger('silent', 'test'),
  })
}

beforeAll(async () => {
  const store = inject('services').objectStore
  storeUrl = store.url
  objectStore = openObjectStore(store)
  await objectStore.prepare()
  folder = await mkdtemp(join(tmpdir(), 'rest-adapter-upload-'))
  app = await startAdapter(storeUrl)
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  client = createRestClient(url)
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

beforeEach(() => void graph.takeAsked())

const token: Part = { name: 'token', content: 'mine' }
const title: Part = { name: 'title', content: '日落 & sunset' }

function file(content: string | Buffer): Part {
  return { name: 'data', fileName: '../public/bear.mp4', type: 'application/octet-stream', content }
}

function operations(): (string | undefined)[] {
  return graph.takeAsked().map(({ operation }) => operation)
}

/** The spool files that this process has open; they are unlinked. */
async function openSpools(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd')
  const targets = await Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return targets.filter((target) => target.startsWith(folder))
}

async function expectNothingKept(): Promise<void> {
  expect(await readdir(join(folder, 'spool'))).toEqual([])
  await vi.waitFor(async () => expect(await openSpools()).toEqual([]), patience)
}

describe('publishing', () => {
  it('takes the file first and the token after it, and stores every byte', async () => {
    const content = Buffer.alloc(3_000_000, 'bytes of a video ')
    const { body } = await client.call('POST', path, { parts: [file(content), token, title] })
    expect(body).toEqual({ status_code: 0, status_msg: 'success' })

    const asked = graph.takeAsked()
    expect(asked.map(({ operation }) => operation)).toEqual(['Viewer', 'CreateUpload', 'PublishVideo'])
    const uploadId = `adapter/${uploads}`
    expect(asked[2]?.variables).toEqual({ uploadId, title: '日落 & sunset' })
    const copy = join(folder, 'copy')
    await objectStore.download(uploadBucket, uploadId, copy)
    expect(content.equals(await readFile(copy))).toBe(true)
    await expectNothingKept()
  })

  it('takes a file of exactly the largest size, and no title', async () => {
    const { body } = await client.call('POST', path, { parts: [file(Buffer.alloc(maxUploadBytes)), token] })
    expect(body.status_code).toBe(0)
    expect(graph.takeAsked()[2]?.variables).toEqual({ uploadId: `adapter/${uploads}`, title: '' })
  })

  it('asks who sends before it takes the file, when the token comes first', async () => {
    await client.call('POST', path, { query: [['token', 'mine']], parts: [file('video'), title] })
    expect(operations()).toEqual(['Viewer', 'CreateUpload', 'PublishVideo'])
    await client.call('POST', path, { parts: [token, title, file('video')] })
    expect(operations()).toEqual(['Viewer', 'CreateUpload', 'PublishVideo'])
  })

  it('takes the first of two files', async () => {
    const { body } = await client.call('POST', path, { parts: [file('one'), file('number two'), token] })
    expect(body.status_code).toBe(0)
    expect(await objectStore.stat(uploadBucket, `adapter/${uploads}`)).toEqual({ size: 3 })
  })
})

describe('publishing is refused', () => {
  it.each([
    ['without a file', 400, [token, title]],
    ['with an empty file', 400, [file(''), token]],
    ['without a token', 401, [file('video'), title]],
    ['with a token that is not valid, after the file', 401, [file('video'), { name: 'token', content: 'expired' }]],
    ['with a token that is not valid, before the file', 401, [{ name: 'token', content: 'expired' }, file('video')]],
    ['with a file that is too large', 413, [file(Buffer.alloc(maxUploadBytes + 1)), token]],
  ])('%s', async (_, statusCode, parts) => {
    const { httpStatus, body } = await client.call('POST', path, { parts })
    expect([httpStatus, body.status_code]).toEqual([200, statusCode])
    expect(operations()).not.toContain('PublishVideo')
    await expectNothingKept()
  })

  it('when the file is in no form', async () => {
    for (const type of ['video/mp4', 'application/x-www-form-urlencoded', 'application/json']) {
      const headers = { 'content-type': type, token: 'mine' }
      const { body } = await client.call('POST', path, { body: '{"data":"video"}', headers })
      expect(body.status_code).toBe(400)
    }
  })

  it('when the form breaks off within the file', async () => {
    const whole = encodeParts([file('a video that is never finished'), token])
    const body = whole.subarray(0, whole.indexOf('never'))
    const headers = { 'content-type': 'multipart/form-data; boundary=a-boundary-of-the-test' }
    const answer = await client.call('POST', path, { body, headers })
    expect([answer.httpStatus, answer.body.status_code]).toEqual([200, 400])
    await expectNothingKept()
  })

  it('when the object store is away', async () => {
    await using broken = await startAdapter('http://127.0.0.1:9')
    const other = createRestClient(await broken.listen({ host: '127.0.0.1', port: 0 }))
    const { body } = await other.call('POST', path, { parts: [file('video'), token] })
    expect(body).toEqual({ status_code: 503, status_msg: '服务繁忙，请稍后再试。' })
    await expectNothingKept()
  })
})

describe('a client that sends far too much', () => {
  const parts = [file(Buffer.alloc(3 * maxUploadBytes)), token, title]
  const whole = encodeParts(parts)
  const refusal = { status_code: 413, status_msg: '视频文件不能超过 8 MB。' }

  it('is told so by a length that it announces', async () => {
    const { httpStatus, body } = await client.call('POST', path, { parts })
    expect([httpStatus, body]).toEqual([200, refusal])
    expect(operations()).toEqual([])
    await expectNothingKept()
  })

  it.each([
    ['announces the length', `Content-Length: ${whole.length}`, whole],
    ['sends in chunks', 'Transfer-Encoding: chunked', inChunks(whole)],
  ])('is told so even if it %s and listens only when it has sent everything', async (_, length, bytes) => {
    await using caller = await call(length)
    for (let sent = 0; sent < bytes.length; sent += 65_536) {
      if (!caller.socket.write(bytes.subarray(sent, sent + 65_536))) await once(caller.socket, 'drain')
    }
    expect(await caller.answer()).toEqual(refusal)

    caller.socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(await caller.answer()).toEqual({ status: 'pass' })
    await expectNothingKept()
  })

  it('is told so before it has sent everything, if it listens', async () => {
    await using caller = await call(`Content-Length: ${whole.length}`)
    caller.socket.write(whole.subarray(0, 1000))
    expect(await caller.answer()).toEqual(refusal)
  })
})

it('tells a client before its file that its token is not valid', async () => {
  const form = encodeParts([file(Buffer.alloc(maxUploadBytes))])
  await using caller = await call(`Content-Length: ${form.length}`, '?token=expired')
  caller.socket.write(form.subarray(0, 1000))
  expect(await caller.answer()).toMatchObject({ status_code: 401 })
  await expectNothingKept()
})

it('keeps nothing of a client that goes away within its file', async () => {
  const form = encodeParts([file(Buffer.alloc(maxUploadBytes)), token])
  const caller = await call(`Content-Length: ${form.length}`)
  caller.socket.write(form.subarray(0, 200_000))
  await vi.waitFor(async () => expect(await openSpools()).toHaveLength(1), patience)
  await caller[Symbol.asyncDispose]()
  await expectNothingKept()
  expect(operations()).toEqual([])
})

/** Calls the route over a raw socket, up to the beginning of the form. */
async function call(length: string, query = '') {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  const type = 'Content-Type: multipart/form-data; boundary=a-boundary-of-the-test'
  socket.write(`POST ${path}${query} HTTP/1.1\r\nHost: x\r\n${type}\r\n${length}\r\n\r\n`)
  return {
    socket,
    /** The body of the next answer. */
    async answer(): Promise<unknown> {
      const [bytes] = (await once(socket, 'data')) as [Buffer]
      return JSON.parse(String(bytes).split('\r\n\r\n')[1] ?? '')
    },
    async [Symbol.asyncDispose](): Promise<void> {
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
    },
  }
}

/** A chunked body (RFC 9112 §7.1). */
function inChunks(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
}
