import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEndpoint, signHeaders, type EndpointUnderTest, type RequestToSign } from './endpoint-under-test.ts'
import { sha256Hex } from './signature-v4.ts'

let endpoint: EndpointUnderTest
let bucket: string
let clip: string

beforeAll(async () => {
  endpoint = await openEndpoint()
  bucket = await endpoint.newBucket()
  await endpoint.client.putObject(bucket, 'clip.mp4', '0123456789', 10, { 'Content-Type': 'video/mp4' })
  clip = await endpoint.client.presignedGetObject(bucket, 'clip.mp4', 600)
})
afterAll(() => endpoint[Symbol.asyncDispose]())

/** Sends a request signed by hand. */
function send(
  request: Omit<RequestToSign, 'url'> & { path: string; body?: string },
  credentials = endpoint as { accessKey: string; secretKey: string },
) {
  const { path, body, ...rest } = request
  const url = `${endpoint.url}${path}`
  return fetch(url, {
    method: request.method,
    headers: signHeaders({ ...rest, url }, credentials).headers,
    ...(body !== undefined && { body }),
  })
}

async function refusal(response: Response): Promise<{ status: number; code: string | undefined }> {
  return { status: response.status, code: /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] }
}

const etag = `"${createHash('md5').update('0123456789').digest('hex')}"`

describe('a read', () => {
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
    expect(response.headers.get('content-range')).toBe('bytes */10')
    expect(await refusal(response)).toEqual({ status: 416, code: 'InvalidRange' })
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

  it('continues where it stopped only if the object is still the same', async () => {
    const resume = (version: string) => fetch(clip, { headers: { range: 'bytes=5-', 'if-range': version } })
    expect((await resume(etag)).status).toBe(206)
    const changed = await resume('"other"')
    expect([changed.status, await changed.text()]).toEqual([200, '0123456789'])
  })

  it('of the headers alone has the same ones and no body', async () => {
    const response = await send({ method: 'HEAD', path: `/${bucket}/clip.mp4` })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('10')
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect(response.headers.get('etag')).toBe(etag)
    expect(await response.text()).toBe('')
  })

  it('of nothing is not found', async () => {
    expect(await refusal(await send({ method: 'GET', path: `/${bucket}/none` }))).toEqual({
      status: 404,
      code: 'NoSuchKey',
    })
    expect(await refusal(await send({ method: 'GET', path: `/no-such-${bucket}/none` }))).toEqual({
      status: 404,
      code: 'NoSuchBucket',
    })
    expect((await send({ method: 'HEAD', path: `/${bucket}/none` })).status).toBe(404)
  })
})

describe('a signature', () => {
  const read = () => ({ method: 'GET', path: `/${bucket}/clip.mp4` })

  it('of the right key, made now, is accepted', async () => {
    expect((await send(read())).status).toBe(200)
  })

  it('of another secret, another account or another request is refused', async () => {
    const { accessKey, secretKey } = endpoint
    expect(await refusal(await send(read(), { accessKey, secretKey: 'guess' }))).toEqual({
      status: 403,
      code: 'SignatureDoesNotMatch',
    })
    expect(await refusal(await send(read(), { accessKey: 'mallory', secretKey }))).toEqual({
      status: 403,
      code: 'InvalidAccessKeyId',
    })
    const { headers } = signHeaders({ method: 'GET', url: `${endpoint.url}/${bucket}/clip.mp4` }, endpoint)
    const other = await fetch(`${endpoint.url}/${bucket}/other`, { headers })
    expect(await refusal(other)).toEqual({ status: 403, code: 'SignatureDoesNotMatch' })
  })

  it('of sixteen minutes ago, or ahead, is refused, of fourteen is not', async () => {
    for (const minutes of [-16, 16]) {
      const response = await send({ ...read(), at: new Date(Date.now() + minutes * 60_000) })
      expect(await refusal(response)).toEqual({ status: 403, code: 'RequestTimeTooSkewed' })
    }
    for (const minutes of [-14, 14])
      expect((await send({ ...read(), at: new Date(Date.now() + minutes * 60_000) })).status).toBe(200)
  })

  it('of another kind is refused', async () => {
    for (const authorization of ['Basic YWxpY2U6eA==', 'AWS alice:signature', 'AWS4-HMAC-SHA256 Credential=alice'])
      expect((await fetch(`${endpoint.url}/${bucket}/clip.mp4`, { headers: { authorization } })).status).toBe(400)
  })
})

describe('a write', () => {
  const put = (headers: Record<string, string>, body: string, payloadHash = sha256Hex(body)) =>
    send({ method: 'PUT', path: `/${bucket}/written`, headers, body, payloadHash })
  const exists = async () => (await send({ method: 'HEAD', path: `/${bucket}/written` })).status === 200

  it('of other bytes than were signed leaves nothing', async () => {
    expect(await refusal(await put({}, 'bytes', sha256Hex('other')))).toEqual({
      status: 400,
      code: 'XAmzContentSHA256Mismatch',
    })
    expect(await exists()).toBe(false)
  })

  it('of other bytes than their digest says leaves nothing', async () => {
    const digest = (text: string) => createHash('md5').update(text).digest('base64')
    expect(await refusal(await put({ 'content-md5': digest('other') }, 'bytes'))).toEqual({
      status: 400,
      code: 'BadDigest',
    })
    expect(await refusal(await put({ 'content-md5': 'no digest' }, 'bytes'))).toEqual({
      status: 400,
      code: 'InvalidDigest',
    })
    expect(await exists()).toBe(false)
    expect((await put({ 'content-md5': digest('bytes') }, 'bytes', 'UNSIGNED-PAYLOAD')).status).toBe(200)
    expect(await exists()).toBe(true)
  })

  it('with more than 2 KB of metadata is refused', async () => {
    const response = await put({ 'x-amz-meta-story': 'x'.repeat(2100) }, 'bytes')
    expect(await refusal(response)).toEqual({ status: 400, code: 'MetadataTooLarge' })
  })

  it('of a key longer than 1024 bytes is refused', async () => {
    const response = await send({
      method: 'PUT',
      path: `/${bucket}/${'k'.repeat(1025)}`,
      body: '',
      payloadHash: sha256Hex(''),
    })
    expect(await refusal(response)).toEqual({ status: 400, code: 'KeyTooLongError' })
  })
})

describe('a bucket', () => {
  it.each(['ab', 'Uppercase', 'under_score', '-dash', 'dash-', 'two..dots', '192.168.0.1', 'x'.repeat(64)])(
    'is not called %s',
    async (name) => {
      expect(await refusal(await send({ method: 'PUT', path: `/${name}` }))).toEqual({
        status: 400,
        code: 'InvalidBucketName',
      })
    },
  )

  it('is not given a policy that is none', async () => {
    const body = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}'
    const response = await send({ method: 'PUT', path: `/${bucket}?policy=`, body, payloadHash: sha256Hex(body) })
    expect(await refusal(response)).toEqual({ status: 400, code: 'MalformedPolicy' })
  })
})
