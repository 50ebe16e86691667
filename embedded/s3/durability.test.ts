import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BucketItem, Client } from 'minio'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  clientOf,
  collect,
  openEmbeddedEndpoint,
  readObject,
  type EmbeddedEndpoint,
} from '../../testing/s3/endpoint.ts'
import { startEmbeddedS3 } from './server.ts'

const credentials = { accessKey: 'alice', secretKey: 'alice-keeps-this-secret' }

const patience = { timeout: 60_000 }

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !['bucket.json', 'owner'].includes(entry.name))
    .map(({ name }) => name)
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex')
}

describe('an upload that is cut off', () => {
  let endpoint: EmbeddedEndpoint
  let bucket: string
  beforeEach(async () => {
    endpoint = await openEmbeddedEndpoint()
    bucket = await endpoint.newBucket()
  })
  afterEach(() => endpoint[Symbol.asyncDispose]())

  /** Sends the beginning of a body of a megabyte, waits until some of it is on disk, and disconnects. */
  async function cutOff(method: string, url: string, headers: Record<string, string>, beginning: string | Buffer) {
    const outgoing = request(url, { method, headers: { ...headers, 'content-length': 1024 * 1024 } })
    outgoing.on('error', () => undefined)
    outgoing.write(beginning)
    await vi.waitUntil(async () => (await filesIn(endpoint.directory)).length > 0, patience)
    outgoing.destroy()
    await vi.waitUntil(async () => (await filesIn(endpoint.directory)).length === 0, patience)
  }

  it('leaves nothing of an object', async () => {
    const url = await endpoint.client.presignedPutObject(bucket, 'clip', 60)
    await cutOff('PUT', url, {}, randomBytes(100_000))
    await expect(endpoint.client.statObject(bucket, 'clip')).rejects.toMatchObject({ code: 'NotFound' })
    expect(endpoint.logged).toEqual([])
  })

  it('leaves the object it was to replace', async () => {
    await endpoint.client.putObject(bucket, 'clip', 'first')
    const url = await endpoint.client.presignedPutObject(bucket, 'clip', 60)
    const outgoing = request(url, { method: 'PUT', headers: { 'content-length': 1024 * 1024 } })
    outgoing.on('error', () => undefined)
    outgoing.write(randomBytes(100_000))
    await vi.waitUntil(async () => (await filesIn(endpoint.directory)).length === 2, patience)
    outgoing.destroy()
    await vi.waitUntil(async () => (await filesIn(endpoint.directory)).length === 1, patience)
    expect(String(await readObject(endpoint.client, bucket, 'clip'))).toBe('first')
  })

  it('leaves nothing of a form', async () => {
    const policy = endpoint.client.newPostPolicy()
    policy.setBucket(bucket)
    policy.setKey('clip')
    const { postURL, formData } = await endpoint.client.presignedPostPolicy(policy)
    const fields = Object.entries(formData).map(
      ([name, value]) => `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const file = '--edge\r\nContent-Disposition: form-data; name="file"; filename="clip"\r\n\r\nbytes and no more'
    await cutOff('POST', postURL, { 'content-type': 'multipart/form-data; boundary=edge' }, `${fields.join('')}${file}`)
  })

  it('leaves nothing when the server is stopped meanwhile', async () => {
    const url = await endpoint.client.presignedPutObject(bucket, 'clip', 60)
    const outgoing = request(url, { method: 'PUT', headers: { 'content-length': 1024 * 1024 } })
    const cut = once(outgoing, 'error')
    outgoing.write(randomBytes(100_000))
    await vi.waitUntil(async () => (await filesIn(endpoint.directory)).length > 0, patience)
    await endpoint.stop()
    await cut
    expect(await filesIn(endpoint.directory)).toEqual([])
  })
})

describe('a server that starts again', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 's3-test-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  const logged: string[] = []
  async function served(work: (client: Client) => Promise<void>): Promise<void> {
    logged.length = 0
    await using service = await startEmbeddedS3({ directory, ...credentials, log: (line) => logged.push(line) })
    await work(clientOf(service.url, credentials))
  }

  it('has every bucket, policy, object and upload it had', async () => {
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::videos/*' }
    let uploadId = ''
    await served(async (client) => {
      await client.makeBucket('videos')
      await client.makeBucket('emptied')
      await client.putObject('videos', 'a', 'bytes', 5, { 'Content-Type': 'video/mp4', 'X-Amz-Meta-Author': 'alice' })
      await client.putObject('videos', 'a/b', 'other')
      await client.putObject('videos', 'removed', 'x')
      await client.removeObject('videos', 'removed')
      await client.removeBucket('emptied')
      await client.setBucketPolicy('videos', JSON.stringify({ Statement: [statement] }))
      uploadId = await client.initiateNewMultipartUpload('videos', 'parts', {})
      await client.uploadPart(
        { bucketName: 'videos', objectName: 'parts', uploadID: uploadId, partNumber: 1, headers: {} },
        Buffer.from('part'),
      )
    })
    await served(async (client) => {
      expect((await client.listBuckets()).map(({ name }) => name)).toEqual(['videos'])
      expect((await collect<BucketItem>(client.listObjectsV2('videos', '', true))).map(({ name }) => name)).toEqual([
        'a',
        'a/b',
      ])
      expect(String(await readObject(client, 'videos', 'a'))).toBe('bytes')
      expect((await client.statObject('videos', 'a')).metaData).toMatchObject({
        'content-type': 'video/mp4',
        author: 'alice',
      })
      expect(JSON.parse(await client.getBucketPolicy('videos'))).toEqual({ Statement: [statement] })
      const etag = md5(Buffer.from('part'))
      await client.completeMultipartUpload('videos', 'parts', uploadId, [{ part: 1, etag }])
      expect(String(await readObject(client, 'videos', 'parts'))).toBe('part')
    })
  })

  it('sweeps what a killed one was writing, and serves all but a damaged object', async () => {
    await served(async (client) => {
      await client.makeBucket('videos')
      await client.putObject('videos', 'damaged', 'bytes')
      const [file = ''] = await readdir(join(directory, 'buckets/videos/objects'))
      await truncate(join(directory, 'buckets/videos/objects', file), 20)
      await client.putObject('videos', 'whole', 'bytes')
      await writeFile(join(directory, 'staging/left-over'), 'x')
    })
    await served(async (client) => {
      expect((await collect<BucketItem>(client.listObjectsV2('videos', '', true))).map(({ name }) => name)).toEqual([
        'whole',
      ])
      expect(await readdir(join(directory, 'staging'))).toEqual([])
      expect(logged).toHaveLength(1)
    })
  })

  it('has every acknowledged object whole after it was killed, and no other', { timeout: 60_000 }, async () => {
    const source = `
      import { startEmbeddedS3 } from './embedded/s3/server.ts'
      const [directory, accessKey, secretKey] = process.argv.slice(1)
      console.log((await startEmbeddedS3({ directory, accessKey, secretKey, log: console.error })).url)`
    const { accessKey, secretKey } = credentials
    const options = ['--import', 'tsx/esm', '--input-type=module', '-e', source, directory, accessKey, secretKey]
    const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
    const client = clientOf(url, credentials)
    await client.makeBucket('videos')
    const acknowledged = new Map<string, string>()
    const alice = async (name: string) => {
      for (let i = 0; ; i++) {
        const bytes = randomBytes(50_000)
        // Half of the writes replace an object, so that a torn replacement would be noticed as well.
        const key = `${name}/${i % 2 === 0 ? i : 'again'}`
        const { etag } = await client.putObject('videos', key, bytes)
        acknowledged.set(key, etag)
        if (acknowledged.size === 60) child.kill('SIGKILL')
      }
    }
    await Promise.allSettled(['a', 'b', 'c', 'd'].map(alice))
    await exited
    await served(async (revived) => {
      const listed = await collect<BucketItem>(revived.listObjectsV2('videos', '', true))
      expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining([...acknowledged.keys()]))
      for (const { name = '', etag } of listed) expect(md5(await readObject(revived, 'videos', name))).toBe(etag)
      expect((await filesIn(directory)).length).toBe(listed.length)
      expect(logged).toEqual([])
    })
  })
})
