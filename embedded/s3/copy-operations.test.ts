import { createHash, randomBytes } from 'node:crypto'
import { CopyDestinationOptions, CopySourceOptions } from 'minio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEndpoint, readObject, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'

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
