import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { CopyDestinationOptions, CopySourceOptions, type BucketItem } from 'minio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, collect, openEndpoint, readObject, type EndpointUnderTest } from './endpoint-under-test.ts'

const megabyte = 1024 * 1024

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

describe('a bucket', () => {
  it('exists from its creation to its removal', async () => {
    const { client } = endpoint
    const name = await endpoint.newBucket()
    expect(await client.bucketExists(name)).toBe(true)
    expect((await client.listBuckets()).map((listed) => listed.name)).toContain(name)
    await client.removeBucket(name)
    expect(await client.bucketExists(name)).toBe(false)
    await expect(client.removeBucket(name)).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })

  it('is not created twice', async () => {
    await expect(endpoint.client.makeBucket(bucket)).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' })
  })

  it('is not removed while it holds an object', async () => {
    const { client } = endpoint
    const name = await endpoint.newBucket()
    await client.putObject(name, 'a', 'x')
    await expect(client.removeBucket(name)).rejects.toMatchObject({ code: 'BucketNotEmpty' })
    await client.removeObject(name, 'a')
    await client.removeBucket(name)
  })

  it('tells its location', async () => {
    expect(await endpoint.client.getBucketRegionAsync(bucket)).toBe('us-east-1')
  })
})

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

describe('an upload in parts', () => {
  it('is what was streamed, of unknown length', { timeout: 60_000 }, async () => {
    const client = clientOf(endpoint.url, endpoint, 5 * megabyte)
    const pieces = Array.from({ length: 12 }, () => randomBytes(megabyte))
    const { etag } = await client.putObject(bucket, 'streamed', Readable.from(pieces), undefined, {
      'X-Amz-Meta-Author': 'bob',
    })
    expect(etag).toMatch(/^[0-9a-f]{32}-3$/)
    expect(md5(await readObject(client, bucket, 'streamed'))).toBe(md5(Buffer.concat(pieces)))
    expect((await client.statObject(bucket, 'streamed')).metaData).toMatchObject({ author: 'bob' })
  })

  it('is the file it came from, of more than 64 MB', { timeout: 60_000 }, async () => {
    const client = clientOf(endpoint.url, endpoint)
    const folder = await mkdtemp(join(tmpdir(), 's3-upload-'))
    const bytes = randomBytes(70 * megabyte)
    await writeFile(join(folder, 'clip.mp4'), bytes)
    const { etag } = await client.fPutObject(bucket, 'file', join(folder, 'clip.mp4'))
    await rm(folder, { recursive: true })
    expect(etag).toMatch(/-2$/)
    expect(await client.statObject(bucket, 'file')).toMatchObject({
      size: bytes.length,
      metaData: { 'content-type': 'video/mp4' },
    })
    expect(md5(await readObject(client, bucket, 'file'))).toBe(md5(bytes))
  })

  const part = randomBytes(5 * megabyte)
  const upload = (uploadID: string, partNumber: number, bytes: Buffer) =>
    endpoint.client.uploadPart({ bucketName: bucket, objectName: 'parts', uploadID, partNumber, headers: {} }, bytes)

  it('is its parts in the order of their numbers', async () => {
    const { client } = endpoint
    const id = await client.initiateNewMultipartUpload(bucket, 'parts', { 'Content-Type': 'video/mp4' })
    const last = await upload(id, 7, Buffer.from('the end'))
    const first = await upload(id, 3, part)
    const { etag } = await client.completeMultipartUpload(bucket, 'parts', id, [first, last])
    const digests = Buffer.concat([part, Buffer.from('the end')].map((bytes) => Buffer.from(md5(bytes), 'hex')))
    expect(etag).toBe(`${md5(digests)}-2`)
    expect(await client.statObject(bucket, 'parts')).toMatchObject({ etag, metaData: { 'content-type': 'video/mp4' } })
    expect(md5(await readObject(client, bucket, 'parts'))).toBe(md5(Buffer.concat([part, Buffer.from('the end')])))
    await expect(client.completeMultipartUpload(bucket, 'parts', id, [first])).rejects.toMatchObject({
      code: 'NoSuchUpload',
    })
  })

  it('is refused while its parts are out of order, missing, other ones or too small', async () => {
    const { client } = endpoint
    await client.removeObject(bucket, 'parts')
    const id = await client.initiateNewMultipartUpload(bucket, 'parts', {})
    const small = await upload(id, 1, Buffer.from('small'))
    const big = await upload(id, 2, part)
    const complete = (...parts: { part: number; etag?: string }[]) =>
      client.completeMultipartUpload(bucket, 'parts', id, parts)
    await expect(complete(big, small)).rejects.toMatchObject({ code: 'InvalidPartOrder' })
    await expect(complete(big, { part: 3, etag: big.etag })).rejects.toMatchObject({ code: 'InvalidPart' })
    await expect(complete({ part: 1, etag: big.etag }, big)).rejects.toMatchObject({ code: 'InvalidPart' })
    await expect(complete(small, big)).rejects.toMatchObject({ code: 'EntityTooSmall' })
    await expect(client.statObject(bucket, 'parts')).rejects.toMatchObject({ code: 'NotFound' })
    await client.abortMultipartUpload(bucket, 'parts', id)
    await expect(upload(id, 1, part)).rejects.toMatchObject({ code: 'NoSuchUpload' })
  })

  it('is listed with its size until it is aborted', async () => {
    const { client } = endpoint
    const id = await client.initiateNewMultipartUpload(bucket, 'parts', {})
    await upload(id, 1, Buffer.from('one'))
    await upload(id, 1, Buffer.from('another'))
    await upload(id, 2, Buffer.from('two'))
    const listed = await collect<{ key: string; uploadId: string; size: number }>(
      client.listIncompleteUploads(bucket, 'parts', true),
    )
    expect(listed).toMatchObject([{ key: 'parts', uploadId: id, size: 10 }])
    await client.removeIncompleteUpload(bucket, 'parts')
    expect(await collect(client.listIncompleteUploads(bucket, 'parts', true))).toEqual([])
  })
})

describe('a copy', () => {
  it('has the bytes and the metadata of its source', async () => {
    const { client } = endpoint
    await client.putObject(bucket, 'copies/source +1', 'hello', 5, {
      'Content-Type': 'text/plain',
      'X-Amz-Meta-Author': 'alice',
    })
    const copied = await client.copyObject(bucket, 'copies/target', `/${bucket}/copies/source +1`)
    expect(copied).toMatchObject({ etag: md5(Buffer.from('hello')) })
    expect(String(await readObject(client, bucket, 'copies/target'))).toBe('hello')
    const stat = await client.statObject(bucket, 'copies/target')
    expect(stat.metaData).toMatchObject({ 'content-type': 'text/plain', author: 'alice' })
  })

  it('has other metadata where asked, also when it takes the place of its source', async () => {
    const { client } = endpoint
    await client.putObject(bucket, 'copies/self', 'hello', 5, { 'X-Amz-Meta-Author': 'alice' })
    const source = new CopySourceOptions({ Bucket: bucket, Object: 'copies/self' })
    const target = { Bucket: bucket, Object: 'copies/self', UserMetadata: { author: 'bob' } }
    await client.copyObject(source, new CopyDestinationOptions({ ...target, MetadataDirective: 'REPLACE' }))
    expect((await client.statObject(bucket, 'copies/self')).metaData).toMatchObject({ author: 'bob' })
    expect(String(await readObject(client, bucket, 'copies/self'))).toBe('hello')
    await expect(client.copyObject(bucket, 'copies/self', `/${bucket}/copies/self`)).rejects.toMatchObject({
      code: 'InvalidRequest',
    })
  })

  it('is refused of another version than the one asked for, and of nothing', async () => {
    const { client } = endpoint
    await client.putObject(bucket, 'copies/a', 'hello')
    const source = new CopySourceOptions({ Bucket: bucket, Object: 'copies/a', MatchETag: '"0"' })
    const target = new CopyDestinationOptions({ Bucket: bucket, Object: 'copies/never' })
    await expect(client.copyObject(source, target)).rejects.toMatchObject({ code: 'PreconditionFailed' })
    await expect(client.copyObject(bucket, 'copies/never', `/${bucket}/copies/none`)).rejects.toMatchObject({
      code: 'NoSuchKey',
    })
    await expect(client.statObject(bucket, 'copies/never')).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('may be made of several objects, or of a range of one', async () => {
    const { client } = endpoint
    const first = randomBytes(6 * megabyte)
    await client.putObject(bucket, 'copies/first', first)
    await client.putObject(bucket, 'copies/second', '0123456789')
    await client.composeObject(
      new CopyDestinationOptions({ Bucket: bucket, Object: 'copies/both' }),
      ['copies/first', 'copies/second'].map((key) => new CopySourceOptions({ Bucket: bucket, Object: key })),
    )
    const both = Buffer.concat([first, Buffer.from('0123456789')])
    expect(md5(await readObject(client, bucket, 'copies/both'))).toBe(md5(both))

    const id = await client.initiateNewMultipartUpload(bucket, 'copies/range', {})
    const headers = { 'x-amz-copy-source': `/${bucket}/copies/second`, 'x-amz-copy-source-range': 'bytes=2-5' }
    const target = { bucketName: bucket, objectName: 'copies/range', uploadID: id, partNumber: 1 }
    const part = await client.uploadPart({ ...target, headers }, '')
    await client.completeMultipartUpload(bucket, 'copies/range', id, [part])
    expect(String(await readObject(client, bucket, 'copies/range'))).toBe('2345')
  })
})

describe('a bucket with more than a page of objects', () => {
  const keys = [
    ...Array.from({ length: 1_100 }, (_, i) => `many/${String(i).padStart(4, '0')}`),
    'one',
    'some/1',
    'some/2',
  ]
  let full: string
  beforeAll(async () => {
    full = await endpoint.newBucket()
    const remaining = keys.values()
    const put = async () => {
      for (const key of remaining) await endpoint.client.putObject(full, key, 'x')
    }
    await Promise.all(Array.from({ length: 16 }, put))
  }, 60_000)

  const names = (items: BucketItem[]) => items.map((item) => item.name ?? item.prefix)

  it('lists them all, in order', async () => {
    const { client } = endpoint
    expect(names(await collect<BucketItem>(client.listObjectsV2(full, '', true)))).toEqual(keys)
    expect(names(await collect<BucketItem>(client.listObjects(full, '', true) as AsyncIterable<BucketItem>))).toEqual(
      keys,
    )
  })

  it('lists folders, prefixes and what comes after a key', async () => {
    const { client } = endpoint
    expect(names(await collect<BucketItem>(client.listObjectsV2(full, '', false)))).toEqual(['one', 'many/', 'some/'])
    expect(names(await collect<BucketItem>(client.listObjectsV2(full, 'some/', false)))).toEqual(['some/1', 'some/2'])
    expect(names(await collect<BucketItem>(client.listObjectsV2(full, 'some/', true, 'some/1')))).toEqual(['some/2'])
    expect(names(await collect<BucketItem>(client.listObjectsV2(full, 'none', true)))).toEqual([])
  })

  it('is emptied at once', async () => {
    const { client } = endpoint
    expect(await client.removeObjects(full, [...keys, 'never there'])).toEqual([])
    expect(await collect(client.listObjectsV2(full, '', true))).toEqual([])
    await client.removeBucket(full)
  })
})
