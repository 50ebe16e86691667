import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BucketItem } from 'minio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, collect, openEndpoint, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'
import { sendSigned, signHeaders } from '../../testing/s3/hand-signed-request.ts'
import { sealOf } from './sealed-file.ts'
import { startEmbeddedS3 } from './server.ts'
import { sha256Hex } from '../../platform/storage/signature-v4.ts'

describe('a bucket with more than a page of objects', () => {
  const keys = [
    ...Array.from({ length: 1_100 }, (_, i) => `many/${String(i).padStart(4, '0')}`),
    'one',
    'some/1',
    'some/2',
  ]
  let endpoint: EndpointUnderTest
  let full: string
  beforeAll(async () => {
    endpoint = await openEndpoint()
    full = await endpoint.newBucket()
    const remaining = keys.values()
    const put = async () => {
      for (const key of remaining) await endpoint.client.putObject(full, key, 'x')
    }
    await Promise.all(Array.from({ length: 16 }, put))
  }, 60_000)
  afterAll(() => endpoint[Symbol.asyncDispose]())

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

  it('says that its keys are encoded where it was asked to encode them', async () => {
    const list = async (parameters: string) => {
      const path = `/${full}?list-type=2&prefix=some%2F&start-after=some%2F1${parameters}`
      return (await sendSigned(endpoint, { method: 'GET', path })).text()
    }
    await endpoint.client.putObject(full, 'some/2 & more', 'x')
    expect(await list('')).toContain('<Key>some/2 &amp; more</Key>')
    const encoded = await list('&encoding-type=url')
    expect(encoded).toContain('<EncodingType>url</EncodingType>')
    expect(encoded).toMatch(/<Key>some\/2(%20|\+)%26(%20|\+)more<\/Key>/)
    await endpoint.client.removeObject(full, 'some/2 & more')
  })

  it('is emptied at once', async () => {
    const { client } = endpoint
    expect(await client.removeObjects(full, [...keys, 'never there'])).toEqual([])
    expect(await collect(client.listObjectsV2(full, '', true))).toEqual([])
    await client.removeBucket(full)
  })
})

/** CPU time of client and server, both in this process; wall-clock time would include other load on the machine. */
function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

describe('ten thousand objects', () => {
  it('are found at the start and listed within a second of work', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-test-'))
    const objects = join(directory, 'buckets/videos/objects')
    await mkdir(objects, { recursive: true })
    await mkdir(join(directory, 'buckets/videos/uploads'))
    await writeFile(join(directory, 'buckets/videos/bucket.json'), JSON.stringify({ created: 0, region: '' }))
    const keys = Array.from({ length: 10_000 }, (_, i) => `clips/${i % 100}/${i}.mp4`)
    for (const key of keys) {
      const seal = sealOf({ key, size: 5, etag: '0'.repeat(32), modified: 0, headers: {} })
      await writeFile(join(objects, sha256Hex(key)), Buffer.concat([Buffer.from('bytes'), seal]))
    }
    const credentials = { accessKey: 'alice', secretKey: 'alice-keeps-this-secret' }
    const beforeStart = process.cpuUsage()
    await using service = await startEmbeddedS3({ directory, ...credentials, log: () => undefined })
    expect(cpuSeconds(beforeStart)).toBeLessThan(3)
    const listed: string[] = []
    const beforeList = process.cpuUsage()
    for (let token: string | undefined = ''; token !== undefined;) {
      const url: string = `${service.url}/videos?list-type=2&continuation-token=${token}`
      const page: string = await (
        await fetch(url, { headers: signHeaders({ method: 'GET', url }, credentials).headers })
      ).text()
      listed.push(...[...page.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key))
      token = /<NextContinuationToken>(.*?)</.exec(page)?.[1]
    }
    expect(cpuSeconds(beforeList)).toBeLessThan(1)
    expect(listed).toEqual(keys.sort())
    const folders = clientOf(service.url, credentials).listObjectsV2('videos', 'clips/', false)
    expect(await collect(folders)).toHaveLength(100)
    await rm(directory, { recursive: true })
  })
})
