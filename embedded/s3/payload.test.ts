import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEndpoint, readObject, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'
import { refusalOf, sendSigned, signHeaders } from '../../testing/s3/hand-signed-request.ts'
import { chunkStringToSign, sha256Hex, sign } from '../../platform/storage/signature-v4.ts'

const megabyte = 1024 * 1024

let endpoint: EndpointUnderTest
let bucket: string
beforeAll(async () => {
  endpoint = await openEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

describe('a write', () => {
  const put = (headers: Record<string, string>, body: string, payloadHash = sha256Hex(body)) =>
    sendSigned(endpoint, { method: 'PUT', path: `/${bucket}/written`, headers, body, payloadHash })
  const exists = async () => (await sendSigned(endpoint, { method: 'HEAD', path: `/${bucket}/written` })).status === 200

  it('of other bytes than were signed leaves nothing', async () => {
    expect(await refusalOf(await put({}, 'bytes', sha256Hex('other')))).toEqual({
      status: 400,
      code: 'XAmzContentSHA256Mismatch',
    })
    expect(await exists()).toBe(false)
  })

  it('of other bytes than their digest says leaves nothing', async () => {
    const digest = (text: string) => createHash('md5').update(text).digest('base64')
    expect(await refusalOf(await put({ 'content-md5': digest('other') }, 'bytes'))).toEqual({
      status: 400,
      code: 'BadDigest',
    })
    expect(await refusalOf(await put({ 'content-md5': 'no digest' }, 'bytes'))).toEqual({
      status: 400,
      code: 'InvalidDigest',
    })
    expect(await exists()).toBe(false)
    expect((await put({ 'content-md5': digest('bytes') }, 'bytes', 'UNSIGNED-PAYLOAD')).status).toBe(200)
    expect(await exists()).toBe(true)
  })

  it('with more than 2 KB of metadata is refused', async () => {
    const response = await put({ 'x-amz-meta-story': 'x'.repeat(2100) }, 'bytes')
    expect(await refusalOf(response)).toEqual({ status: 400, code: 'MetadataTooLarge' })
  })

  it('of a key longer than 1024 bytes is refused', async () => {
    const response = await sendSigned(endpoint, {
      method: 'PUT',
      path: `/${bucket}/${'k'.repeat(1025)}`,
      body: '',
      payloadHash: sha256Hex(''),
    })
    expect(await refusalOf(response)).toEqual({ status: 400, code: 'KeyTooLongError' })
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
    await expect(endpoint.client.statObject(bucket, 'trailed')).rejects.toMatchObject({ code: 'NotFound' })
    expect((await send('NhCmhg==')).status).toBe(200)
    expect(String(await readObject(endpoint.client, bucket, 'trailed'))).toBe('hello')
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe('a hundred megabytes', () => {
  it('go in and out in little memory', { timeout: 60_000 }, async () => {
    const size = 100 * megabyte
    const piece = Buffer.alloc(megabyte, 'v')
    // Live objects only, after a garbage collection.
    const heap = () => {
      collectGarbage()
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
    }
    const before = heap()
    let peak = before
    let seen = 0
    const watch = (bytes: number) => {
      const isTime = Math.floor((seen + bytes) / (8 * megabyte)) > Math.floor(seen / (8 * megabyte))
      seen += bytes
      if (isTime) peak = Math.max(peak, heap())
    }

    const outgoing = request(await endpoint.client.presignedPutObject(bucket, 'big', 600), {
      method: 'PUT',
      headers: { 'content-length': size },
    })
    const answered = once(outgoing, 'response')
    for (let sent = 0; sent < size; sent += piece.length) {
      if (!outgoing.write(piece)) await once(outgoing, 'drain')
      watch(piece.length)
    }
    outgoing.end()
    const [response] = (await answered) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    response.resume()

    let received = 0
    for await (const chunk of await endpoint.client.getObject(bucket, 'big')) {
      received += (chunk as Buffer).length
      watch((chunk as Buffer).length)
    }
    expect(received).toBe(size)
    expect(peak - before).toBeLessThan(40 * megabyte)
  })
})
