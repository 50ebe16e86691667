import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BucketItem } from 'minio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, openEmbeddedEndpoint, readObject, type EmbeddedEndpoint } from '../../testing/s3/endpoint.ts'

let endpoint: EmbeddedEndpoint
let bucket: string
beforeAll(async () => {
  endpoint = await openEmbeddedEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

describe('a key', () => {
  it.each([
    '../../../escaped',
    '/etc/passwd',
    '.',
    '..',
    'a',
    'a/b',
    'a/b/',
    '//',
    'nul\0byte',
    '视'.repeat(341),
    '\\..\\x',
    'line\nbreak\r',
  ])('may be %j without leading out of the folder', async (key) => {
    const { client } = endpoint
    await client.putObject(bucket, key, key)
    expect(String(await readObject(client, bucket, key))).toBe(key)
    expect((await collect<BucketItem>(client.listObjectsV2(bucket, key, true))).map(({ name }) => name)).toContain(key)
    const files = await readdir(join(endpoint.directory, 'buckets', bucket, 'objects'))
    expect(files.every((file) => /^[0-9a-f]{64}$/.test(file))).toBe(true)
    expect(await readdir(endpoint.directory)).toEqual(['buckets', 'owner', 'staging'])
  })

  it('is refused where it is not UTF-8', async () => {
    expect((await fetch(`${endpoint.url}/${bucket}/%ff`)).status).toBe(400)
  })
})
