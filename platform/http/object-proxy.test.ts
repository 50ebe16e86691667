import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { request, type Dispatcher } from 'undici'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openObjectStore, uploadBucket, type ObjectStore } from '../storage/object-store.ts'
import { serveObjects } from './object-proxy.ts'

const content = Buffer.from('0123456789'.repeat(10_000))
const path = '/media/proxy/sunset%20%E6%97%A5%E8%90%BD.mp4'

let objectStore: ObjectStore
let folder: string
let door: FastifyInstance
let url: string

async function openDoor(objectStoreUrl: string): Promise<FastifyInstance> {
  const app = fastify()
  // As in the REST adapter, whose clients send bodies with GET.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  await serveObjects(app, { ...inject('services').objectStore, url: objectStoreUrl })
  return app
}

beforeAll(async () => {
  const store = inject('services').objectStore
  objectStore = openObjectStore(store)
  await objectStore.prepare()
  folder = await mkdtemp(join(tmpdir(), 'object-proxy-test-'))
  await writeFile(join(folder, 'clip'), content)
  await objectStore.upload('media', 'proxy/sunset 日落.mp4', join(folder, 'clip'), 'video/mp4')
  door = await openDoor(store.url)
  url = await door.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await door.close()
  await rm(folder, { recursive: true })
})

async function fetchObject(method: Dispatcher.HttpMethod, headers: Record<string, string> = {}, body?: string) {
  const answer = await request(url + path, { method, headers, ...(body !== undefined && { body }) })
  return { ...answer, content: await answer.body.text() }
}

describe('a public object', () => {
  it('is read under the address of the door', async () => {
    const { statusCode, headers, content: read } = await fetchObject('GET')
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '100000',
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, s-maxage=3600, immutable',
    })
    expect(read).toBe(content.toString())
  })

  it('may be shown in pages of every origin, and is no page of its own', async () => {
    const { headers } = await fetchObject('GET')
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; .*sandbox$/) as string,
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
  })

  it.each([
    ['bytes=10-19', 'bytes 10-19/100000', '0123456789'],
    ['bytes=-3', 'bytes 99997-99999/100000', '789'],
    ['bytes=99995-', 'bytes 99995-99999/100000', '56789'],
  ])('is read in part by %s', async (range, contentRange, part) => {
    const answer = await fetchObject('GET', { range })
    expect([answer.statusCode, answer.headers['content-range'], answer.content]).toEqual([206, contentRange, part])
  })

  it('tells by 416 that a range lies behind its end', async () => {
    expect((await fetchObject('GET', { range: 'bytes=100000-' })).statusCode).toBe(416)
  })

  it('tells its size without its bytes', async () => {
    const { statusCode, headers, content: read } = await fetchObject('HEAD')
    expect([statusCode, headers['content-length'], read]).toEqual([200, '100000', ''])
  })

  it('is not sent again to a client that has it', async () => {
    const { headers } = await fetchObject('HEAD')
    const answer = await fetchObject('GET', { 'if-none-match': String(headers['etag']) })
    expect([answer.statusCode, answer.content]).toEqual([304, ''])
  })

  it('is read by clients that send a token, a type or a body along', async () => {
    const everything = { authorization: 'Bearer x', cookie: 'a=b', 'content-type': 'application/json' }
    expect((await fetchObject('GET', everything)).statusCode).toBe(200)
    expect((await fetchObject('GET', { 'content-type': 'text/plain' }, 'a body')).statusCode).toBe(200)
  })

  it('is 404 when there is none', async () => {
    expect((await request(`${url}/media/proxy/none`)).statusCode).toBe(404)
  })
})

describe('an upload form', () => {
  async function send(size: number, uploadId: string): Promise<number> {
    const limits = { maxBytes: 1_000, expiresAt: new Date(Date.now() + 60_000) }
    const form = await objectStore.createUploadForm({ origin: url }, uploadId, limits)
    const body = new FormData()
    for (const { name, value } of form.fields) body.set(name, value)
    body.set('file', new Blob([Buffer.alloc(size)]), 'clip.mp4')
    return (await fetch(form.url, { method: 'POST', body })).status
  }

  it('is sent under the address of the door, within its limits', async () => {
    expect(await send(1_000, 'proxy/small')).toBe(204)
    expect(await objectStore.stat(uploadBucket, 'proxy/small')).toEqual({ size: 1_000 })
    expect(await send(1_001, 'proxy/large')).toBe(400)
    expect(await objectStore.stat(uploadBucket, 'proxy/large')).toBeNull()
  })
})

describe('an upload in parts', () => {
  const key = 'proxy/in parts (日落)!'
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1_000)
  const put = (address: string, body: Buffer) => fetch(address, { method: 'PUT', body: new Uint8Array(body) })

  it('is sent under the address of the door, in any order and again, and nothing else is taken there', async () => {
    const multipartId = await objectStore.startParts(key)
    const [first, last] = [Buffer.alloc(5 * 1024 * 1024, 'first'), Buffer.from('last')]
    const urlOf = (number: number, { length }: Buffer, expiresAt = tomorrow) =>
      objectStore.partUrl({ origin: url }, key, multipartId, { number, byteSize: length }, expiresAt)

    expect((await put(urlOf(2, last), last)).status).toBe(200)
    expect((await put(urlOf(1, first), first)).status).toBe(200)
    expect((await put(urlOf(1, first), first)).status).toBe(200)
    expect((await put(urlOf(1, first), Buffer.concat([first, last]))).status).toBe(403)
    expect((await put(urlOf(1, first), last)).status).toBe(403)
    expect((await put(urlOf(2, last).replace('partNumber=2', 'partNumber=3'), last)).status).toBe(403)
    expect((await put(urlOf(2, last).split('?')[0] ?? '', last)).status).toBe(403)

    const received = (await objectStore.receivedParts(key, multipartId)) ?? []
    expect(received).toMatchObject([
      { number: 1, byteSize: first.length },
      { number: 2, byteSize: last.length },
    ])
    expect(await objectStore.completeParts(key, multipartId, received)).toBe(true)
    expect(await objectStore.stat(uploadBucket, key)).toEqual({ size: first.length + last.length })
    expect(await objectStore.receivedParts(key, multipartId)).toBeNull()
    expect(await objectStore.completeParts(key, multipartId, received)).toBe(false)
  })

  it('is never a copy of what somebody else has sent', async () => {
    await objectStore.upload(uploadBucket, 'proxy/secret', join(folder, 'clip'), 'video/mp4')
    const multipartId = await objectStore.startParts(key)
    const own = Buffer.from('own')
    const address = objectStore.partUrl({ origin: url }, key, multipartId, { number: 1, byteSize: 3 }, tomorrow)
    const headers = { 'x-amz-copy-source': `/${uploadBucket}/proxy/secret`, 'x-amz-copy-source-range': 'bytes=0-2' }
    expect((await fetch(address, { method: 'PUT', headers, body: own })).status).toBe(200)
    await objectStore.completeParts(key, multipartId, (await objectStore.receivedParts(key, multipartId)) ?? [])
    expect(await objectStore.readStart(uploadBucket, key, 100)).toEqual(own)
  })

  it('is not put together of parts that were replaced meanwhile', async () => {
    const multipartId = await objectStore.startParts(key)
    const send = async (content: string) => {
      const part = { number: 1, byteSize: content.length }
      await put(objectStore.partUrl({ origin: url }, key, multipartId, part, tomorrow), Buffer.from(content))
      return (await objectStore.receivedParts(key, multipartId)) ?? []
    }
    const received = await send('one')
    await send('two')
    expect(await objectStore.completeParts(key, multipartId, received)).toBe(false)
    await objectStore.abortParts(key)
  })

  it('is given up with everything that was begun under its key', async () => {
    const multipartIds = [await objectStore.startParts(key), await objectStore.startParts(key)]
    await objectStore.abortParts(key)
    for (const multipartId of multipartIds) expect(await objectStore.receivedParts(key, multipartId)).toBeNull()
    await objectStore.abortParts(key)
  })
})

describe('a temporary URL', () => {
  const limits = { maxBytes: 1_000, expiresAt: new Date(Date.now() + 60_000) }

  it('reads an upload under the address of the door, in ranges, and nothing else', async () => {
    const { url: address, fields } = await objectStore.createUploadForm({ origin: url }, 'proxy/mine', limits)
    const body = new FormData()
    for (const { name, value } of fields) body.set(name, value)
    body.set('file', new Blob(['0123456789']), 'clip.mp4')
    await fetch(address, { method: 'POST', body })

    const temporary = objectStore.temporaryUrl({ origin: url }, 'proxy/mine')
    expect(await (await fetch(temporary)).text()).toBe('0123456789')
    const range = await fetch(temporary, { headers: { range: 'bytes=2-4' } })
    expect([range.status, await range.text()]).toEqual([206, '234'])
    expect((await fetch(temporary.replace('mine', 'small'))).status).toBe(403)
    expect((await fetch(temporary, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await fetch(temporary, { method: 'DELETE' })).status).toBe(404)
  })
})

describe('the store itself', () => {
  it.each([
    ['GET', '/uploads/proxy/small'],
    ['GET', '/uploads'],
    ['POST', '/media/proxy/mine.mp4'],
    ['PUT', '/media/proxy/mine.mp4'],
    ['DELETE', path],
    ['GET', '/media/%2e%2e/uploads/proxy/small'],
  ] as const)('cannot be reached by %s %s', async (method, elsewhere) => {
    const { statusCode } = await request(url + elsewhere, { method })
    expect([400, 403, 404]).toContain(statusCode)
  })

  it('keeps its list to itself', async () => {
    for (const list of ['/media', '/media/', '/media/?list-type=2', '/media?policy']) {
      expect((await request(url + list)).statusCode).toBe(403)
    }
  })

  it('is not named when it is away', async () => {
    await using orphan = await openDoor('http://127.0.0.1:9')
    const address = await orphan.listen({ host: '127.0.0.1', port: 0 })
    const { statusCode, body } = await request(address + path)
    expect([statusCode, await body.json()]).toEqual([503, { error: 'The file storage does not answer.' }])
  })
})
