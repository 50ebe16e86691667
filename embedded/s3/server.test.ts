import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { BucketItem } from 'minio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clientOf,
  collect,
  openEmbeddedEndpoint,
  readObject,
  signHeaders,
  type EmbeddedEndpoint,
} from './endpoint-under-test.ts'
import { sealOf } from './sealed-file.ts'
import { startEmbeddedS3 } from './server.ts'
import { chunkStringToSign, sha256Hex, sign } from './signature-v4.ts'

const credentials = { accessKey: 'alice', secretKey: 'alice-keeps-this-secret' }
const megabyte = 1024 * 1024

let endpoint: EmbeddedEndpoint
let bucket: string
beforeAll(async () => {
  endpoint = await openEmbeddedEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

async function textOf(response: IncomingMessage): Promise<string> {
  return Buffer.concat(await collect<Buffer>(response)).toString()
}

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
    expect(await readdir(endpoint.directory)).toEqual(['buckets', 'staging'])
  })

  it('is refused where it is not UTF-8', async () => {
    expect((await fetch(`${endpoint.url}/${bucket}/%ff`)).status).toBe(400)
  })
})

describe('a chunked upload', () => {
  it('is decoded while its signatures are right, and leaves nothing when one is not', async () => {
    const content = Buffer.alloc(200_000, 'x')
    const url = `${endpoint.url}/${bucket}/chunked`
    const send = (tamper: (body: Buffer) => void) => {
      const headers = { 'content-encoding': 'aws-chunked,gzip', 'x-amz-decoded-content-length': String(content.length) }
      const signed = signHeaders(
        { method: 'PUT', url, headers, payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
        endpoint,
      )
      let previous = signed.signature
      const chunk = (bytes: Buffer) => {
        previous = sign(
          signed.signingKey,
          chunkStringToSign(signed.timestamp, signed.scope, previous, sha256Hex(bytes)),
        )
        return Buffer.concat([
          Buffer.from(`${bytes.length.toString(16)};chunk-signature=${previous}\r\n`),
          bytes,
          Buffer.from('\r\n'),
        ])
      }
      const body = Buffer.concat([
        chunk(content.subarray(0, 131_072)),
        chunk(content.subarray(131_072)),
        chunk(Buffer.alloc(0)),
      ])
      tamper(body)
      return fetch(url, { method: 'PUT', headers: signed.headers, body })
    }
    expect((await send((body) => (body[150_000] = 0))).status).toBe(403)
    await expect(endpoint.client.statObject(bucket, 'chunked')).rejects.toMatchObject({ code: 'NotFound' })
    expect((await send(() => undefined)).status).toBe(200)
    const stat = await endpoint.client.statObject(bucket, 'chunked')
    expect(stat).toMatchObject({ size: content.length, metaData: { 'content-encoding': 'gzip' } })
  })

  it('with a trailer is held against the checksum in it', async () => {
    const url = `${endpoint.url}/${bucket}/trailed`
    const send = (checksum: string, name = 'x-amz-checksum-crc32') => {
      const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '5', 'x-amz-trailer': name }
      const signed = signHeaders(
        { method: 'PUT', url, headers, payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
        endpoint,
      )
      return fetch(url, {
        method: 'PUT',
        headers: signed.headers,
        body: `5\r\nhello\r\n0\r\n${name}:${checksum}\r\n\r\n`,
      })
    }
    expect((await send('AAAAAA==')).status).toBe(400)
    expect((await send('NhCmhg==', 'x-amz-checksum-crc64nvme')).status).toBe(501)
    await expect(endpoint.client.statObject(bucket, 'trailed')).rejects.toMatchObject({ code: 'NotFound' })
    expect((await send('NhCmhg==')).status).toBe(200)
    expect(String(await readObject(endpoint.client, bucket, 'trailed'))).toBe('hello')
  })
})

describe('a request', () => {
  it('for what is not implemented is refused, and does not do something else', async () => {
    await endpoint.client.putObject(bucket, 'tagged', 'bytes')
    for (const parameter of ['tagging', 'acl', 'retention', 'versionId=1']) {
      const url = `${endpoint.url}/${bucket}/tagged?${parameter}`
      const { headers } = signHeaders({ method: 'PUT', url, payloadHash: 'UNSIGNED-PAYLOAD' }, endpoint)
      expect((await fetch(url, { method: 'PUT', headers, body: '<Tagging/>' })).status).toBe(501)
    }
    expect(String(await readObject(endpoint.client, bucket, 'tagged'))).toBe('bytes')
  })

  it('that uploads without saying how much is refused', async () => {
    const outgoing = request(await endpoint.client.presignedPutObject(bucket, 'endless', 60), { method: 'PUT' })
    outgoing.write('chunk')
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(411)
    expect(await textOf(response)).toContain('<Code>MissingContentLength</Code>')
    outgoing.end()
  })

  it('that is refused is told so though it has much to upload, and its connection goes on', async () => {
    const url = (await endpoint.client.presignedPutObject(bucket, 'refused', 60)).replace(
      /Signature=\w+/,
      `Signature=${'0'.repeat(64)}`,
    )
    const response = await fetch(url, { method: 'PUT', body: Buffer.alloc(20 * megabyte) })
    expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
  })

  it('that asks before it uploads is refused without its body, or asked to go on', async () => {
    const ask = async (url: string) => {
      const outgoing = request(url, { method: 'PUT', headers: { expect: '100-continue', 'content-length': 5 } })
      let continued = false
      outgoing.on('continue', () => {
        continued = true
        outgoing.end('bytes')
      })
      outgoing.flushHeaders()
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      await textOf(response)
      outgoing.destroy()
      return { continued, status: response.statusCode }
    }
    const url = await endpoint.client.presignedPutObject(bucket, 'asked', 60)
    expect(await ask(url.replace('/asked?', '/other?'))).toEqual({ continued: false, status: 403 })
    expect(await ask(url)).toEqual({ continued: true, status: 200 })
  })

  it('that is no HTTP does not hurt', async () => {
    const { port, hostname } = new URL(endpoint.url)
    const socket = connect(Number(port), hostname)
    socket.end('\x16\x03\x01 nonsense\r\n\r\n')
    await collect(socket)
    expect(await endpoint.client.bucketExists(bucket)).toBe(true)
  })
})

describe('a hundred megabytes', () => {
  it('go in and out in little memory', { timeout: 60_000 }, async () => {
    const size = 100 * megabyte
    const piece = Buffer.alloc(megabyte, 'v')
    const heap = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    const before = heap()
    let peak = before
    const watch = () => (peak = Math.max(peak, heap()))

    const outgoing = request(await endpoint.client.presignedPutObject(bucket, 'big', 600), {
      method: 'PUT',
      headers: { 'content-length': size },
    })
    const answered = once(outgoing, 'response')
    for (let sent = 0; sent < size; sent += piece.length) {
      if (!outgoing.write(piece)) await once(outgoing, 'drain')
      watch()
    }
    outgoing.end()
    const [response] = (await answered) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    await textOf(response)

    let received = 0
    for await (const chunk of await endpoint.client.getObject(bucket, 'big')) {
      received += (chunk as Buffer).length
      watch()
    }
    expect(received).toBe(size)
    expect(peak - before).toBeLessThan(50 * megabyte)
  })
})

describe('ten thousand objects', () => {
  it('are there a second after the start, and listed in another', async () => {
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
    const beforeStart = performance.now()
    await using service = await startEmbeddedS3({ directory, ...credentials, log: () => undefined })
    expect(performance.now() - beforeStart).toBeLessThan(3_000)
    const listed: string[] = []
    const beforeList = performance.now()
    for (let token: string | undefined = ''; token !== undefined;) {
      const url: string = `${service.url}/videos?list-type=2&continuation-token=${token}`
      const page: string = await (
        await fetch(url, { headers: signHeaders({ method: 'GET', url }, credentials).headers })
      ).text()
      listed.push(...[...page.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key))
      token = /<NextContinuationToken>(.*?)</.exec(page)?.[1]
    }
    expect(performance.now() - beforeList).toBeLessThan(1_000)
    expect(listed).toEqual(keys.sort())
    const folders = clientOf(service.url, credentials).listObjectsV2('videos', 'clips/', false)
    expect(await collect(folders)).toHaveLength(100)
    await rm(directory, { recursive: true })
  })
})

describe('a server that cannot start says why in a line', () => {
  const start = (options: { directory: string; port?: number }) =>
    startEmbeddedS3({ ...credentials, ...options, log: () => undefined })

  it('when the port is in use, and lets go of the folder', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-test-'))
    const port = Number(new URL(endpoint.url).port)
    await expect(start({ directory, port })).rejects.toThrow(
      `S3 cannot listen on 127.0.0.1:${port}: the port is already in use`,
    )
    await (await start({ directory }))[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  it('when the folder is a file', async () => {
    const directory = join(await mkdtemp(join(tmpdir(), 's3-test-')), 'file')
    await writeFile(directory, '')
    await expect(start({ directory })).rejects.toThrow(`S3 cannot use the folder ${directory}: it is not a folder`)
    await expect(start({ directory: join(directory, 'below') })).rejects.toThrow('it is not a folder')
  })

  it('when another one serves the folder', async () => {
    await expect(start({ directory: endpoint.directory })).rejects.toThrow('is already served by another S3 server')
    expect(await endpoint.client.bucketExists(bucket)).toBe(true)
  })
})

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a full disk (a file system of its own: Linux, root)',
  () => {
    const run = promisify(execFile)
    let directory: string
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 's3-test-'))
      await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory])
    })
    afterAll(async () => {
      await run('umount', [directory])
      await rm(directory, { recursive: true })
    })

    it('refuses what does not fit, keeps nothing of it, and goes on', async () => {
      await using service = await startEmbeddedS3({ directory, ...credentials, log: () => undefined })
      const client = clientOf(service.url, credentials)
      await client.makeBucket('videos')
      await client.putObject('videos', 'fits', Buffer.alloc(megabyte))
      const refused = client.putObject('videos', 'too-big', Buffer.alloc(3 * megabyte))
      await expect(refused).rejects.toMatchObject({ code: 'XMinioStorageFull' })
      await client.putObject('videos', 'fits-too', Buffer.alloc(megabyte / 2))
      expect(await readObject(client, 'videos', 'fits')).toHaveLength(megabyte)
      expect(await readdir(join(directory, 'staging'))).toEqual([])
    })
  },
)
