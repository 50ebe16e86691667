import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, collect, openEndpoint, readObject, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'

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
