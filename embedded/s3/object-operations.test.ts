import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BucketItem } from 'minio'
import { collect, isMinio, openEndpoint, readObject, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'
import { refusalOf, sendSigned } from '../../testing/s3/hand-signed-request.ts'

let endpoint: EndpointUnderTest
let bucket: string
beforeAll(async () => {
  endpoint = await openEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex')
}

describe('an object', () => {
  it('is what was put, with its entity tag, type and metadata', async () => {
    const { client } = endpoint
    const bytes = randomBytes(100_000)
    const { etag } = await client.putObject(bucket, 'clips/1.mp4', bytes, bytes.length, {
      'Content-Type': 'video/mp4',
      'Cache-Control': 'max-age=60',
      'Content-Disposition': 'inline',
      'X-Amz-Meta-Author': 'alice',
    })
    expect(etag).toBe(md5(bytes))
    expect(md5(await readObject(client, bucket, 'clips/1.mp4'))).toBe(md5(bytes))
    const stat = await client.statObject(bucket, 'clips/1.mp4')
    expect(stat).toMatchObject({ size: bytes.length, etag: md5(bytes) })
    expect(Math.abs(Date.now() - stat.lastModified.getTime())).toBeLessThan(60_000)
    expect(stat.metaData).toMatchObject({
      'content-type': 'video/mp4',
      'cache-control': 'max-age=60',
      'content-disposition': 'inline',
      author: 'alice',
    })
  })

  it('may be empty', async () => {
    await endpoint.client.putObject(bucket, 'empty', '')
    expect(await readObject(endpoint.client, bucket, 'empty')).toHaveLength(0)
  })

  it('is the last one put under its key', async () => {
    await endpoint.client.putObject(bucket, 'twice', 'first')
    await endpoint.client.putObject(bucket, 'twice', 'second')
    expect(String(await readObject(endpoint.client, bucket, 'twice'))).toBe('second')
  })

  it.each([
    'with space',
    'plus+sign',
    '100%',
    'ümläut/视频/😀',
    `quote'"<&>`,
    '~!*()[]{}|^`',
    'x'.repeat(200),
    '?a=b#c',
  ])('may be called %s', async (key) => {
    const { client } = endpoint
    await client.putObject(bucket, `keys/${key}`, key)
    expect(String(await readObject(client, bucket, `keys/${key}`))).toBe(key)
    const listed = await collect<BucketItem>(client.listObjectsV2(bucket, `keys/${key}`, true))
    expect(listed.map(({ name }) => name)).toEqual([`keys/${key}`])
    await client.removeObject(bucket, `keys/${key}`)
    await expect(client.statObject(bucket, `keys/${key}`)).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('is read in part', async () => {
    const { client } = endpoint
    await client.putObject(bucket, 'digits', '0123456789')
    const part = async (offset: number, length?: number) =>
      Buffer.concat(await collect<Buffer>(await client.getPartialObject(bucket, 'digits', offset, length))).toString()
    expect(await part(2, 3)).toBe('234')
    expect(await part(7)).toBe('789')
    expect(await part(0, 1)).toBe('0')
    await expect(part(10)).rejects.toMatchObject({ code: 'InvalidRange' })
  })

  it('is not there once it was removed, and removing it again is no error', async () => {
    const { client } = endpoint
    await client.putObject(bucket, 'gone', 'x')
    await client.removeObject(bucket, 'gone')
    await client.removeObject(bucket, 'gone')
    await expect(client.getObject(bucket, 'gone')).rejects.toMatchObject({ code: 'NoSuchKey' })
  })

  it('is not overwritten by a write that expects none, or another', async () => {
    const { client } = endpoint
    const { etag } = await client.putObject(bucket, 'guarded', 'first')
    const put = (metadata: Record<string, string>) => client.putObject(bucket, 'guarded', 'other', 5, metadata)
    await expect(put({ 'If-None-Match': '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await expect(put({ 'If-Match': '"0"' })).rejects.toMatchObject({ code: 'PreconditionFailed' })
    expect(String(await readObject(client, bucket, 'guarded'))).toBe('first')
    await put({ 'If-Match': `"${etag}"` })
    expect(String(await readObject(client, bucket, 'guarded'))).toBe('other')
  })
})

describe('a read', () => {
  const etag = `"${md5(Buffer.from('0123456789'))}"`
  let clip: string
  beforeAll(async () => {
    await endpoint.client.putObject(bucket, 'clip.mp4', '0123456789', 10, { 'Content-Type': 'video/mp4' })
    clip = await endpoint.client.presignedGetObject(bucket, 'clip.mp4', 600)
  })

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-4', '6789', 'bytes 6-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('of %s is answered in part', async (range, text, contentRange) => {
    const response = await fetch(clip, { headers: { range } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(contentRange)
    expect(response.headers.get('content-length')).toBe(String(text.length))
    expect(await response.text()).toBe(text)
  })

  it('past the end is refused, and told where the end is', async () => {
    const response = await fetch(clip, { headers: { range: 'bytes=10-' } })
    if (!isMinio) expect(response.headers.get('content-range')).toBe('bytes */10')
    expect(await refusalOf(response)).toEqual({ status: 416, code: 'InvalidRange' })
  })

  it('of no range says that there may be one', async () => {
    const response = await fetch(clip)
    expect(response.status).toBe(200)
    expect(response.headers.get('accept-ranges')).toBe('bytes')
    expect(response.headers.get('etag')).toBe(etag)
    expect(await response.text()).toBe('0123456789')
  })

  it('of what the client has already is answered without it', async () => {
    const { headers } = await fetch(clip)
    const lastModified = headers.get('last-modified') ?? ''
    for (const condition of [
      ['if-none-match', etag],
      ['if-modified-since', lastModified],
    ] as const) {
      const response = await fetch(clip, { headers: [[...condition]] })
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(etag)
      expect(await response.text()).toBe('')
    }
    expect((await fetch(clip, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
    expect((await fetch(clip, { headers: { 'if-match': '"other"' } })).status).toBe(412)
  })

  it.skipIf(isMinio)('continues where it stopped only if the object is still the same', async () => {
    const resume = (version: string) => fetch(clip, { headers: { range: 'bytes=5-', 'if-range': version } })
    expect((await resume(etag)).status).toBe(206)
    const changed = await resume('"other"')
    expect([changed.status, await changed.text()]).toEqual([200, '0123456789'])
  })

  it('of the headers alone has the same ones and no body', async () => {
    const response = await sendSigned(endpoint, { method: 'HEAD', path: `/${bucket}/clip.mp4` })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('10')
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect(response.headers.get('etag')).toBe(etag)
    expect(await response.text()).toBe('')
  })

  it('is not misled by parameters that mean nothing', async () => {
    const response = await sendSigned(endpoint, {
      method: 'GET',
      path: `/${bucket}/clip.mp4?constructor=x&__proto__=y`,
    })
    expect([response.status, await response.text()]).toEqual([200, '0123456789'])
  })

  it('of nothing is not found', async () => {
    expect(await refusalOf(await sendSigned(endpoint, { method: 'GET', path: `/${bucket}/none` }))).toEqual({
      status: 404,
      code: 'NoSuchKey',
    })
    expect(await refusalOf(await sendSigned(endpoint, { method: 'GET', path: `/no-such-${bucket}/none` }))).toEqual({
      status: 404,
      code: 'NoSuchBucket',
    })
    expect((await sendSigned(endpoint, { method: 'HEAD', path: `/${bucket}/none` })).status).toBe(404)
  })
})
