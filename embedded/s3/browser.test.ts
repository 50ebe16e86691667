import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEndpoint, readObject, type EndpointUnderTest } from './endpoint-under-test.ts'

let endpoint: EndpointUnderTest
let bucket: string

beforeAll(async () => {
  endpoint = await openEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

describe('a presigned URL', () => {
  it('reads an object, with the headers it was signed for', async () => {
    await endpoint.client.putObject(bucket, 'clip.mp4', 'bytes')
    const disposition = 'attachment; filename="视频.mp4"'
    const url = await endpoint.client.presignedGetObject(bucket, 'clip.mp4', 60, {
      'response-content-type': 'video/mp4',
      'response-content-disposition': disposition,
    })
    const response = await fetch(url)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect(Buffer.from(response.headers.get('content-disposition') ?? '', 'latin1').toString()).toBe(disposition)
    expect(await response.text()).toBe('bytes')
  })

  it('writes an object, with the type the browser sends', async () => {
    const url = await endpoint.client.presignedPutObject(bucket, 'from-browser', 60)
    const response = await fetch(url, { method: 'PUT', body: 'bytes', headers: { 'content-type': 'video/webm' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/)
    expect((await endpoint.client.statObject(bucket, 'from-browser')).metaData).toMatchObject({
      'content-type': 'video/webm',
    })
  })

  it('is good for nothing else', async () => {
    await endpoint.client.putObject(bucket, 'mine', 'bytes')
    const url = await endpoint.client.presignedGetObject(bucket, 'mine', 60)
    const attempts = [
      fetch(url, { method: 'PUT', body: 'x' }),
      fetch(url, { method: 'DELETE' }),
      fetch(url.replace('/mine?', '/yours?')),
      fetch(`${url}&response-content-type=text/html`),
      fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000')),
    ]
    for (const response of await Promise.all(attempts)) {
      expect(response.status).toBe(403)
      expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
    }
  })

  it('does not copy another object, however its holder asks', async () => {
    await endpoint.client.putObject(bucket, 'secret', 'bytes')
    const url = await endpoint.client.presignedPutObject(bucket, 'target', 60)
    const response = await fetch(url, { method: 'PUT', headers: { 'x-amz-copy-source': `/${bucket}/secret` } })
    expect(response.status).toBe(403)
    await expect(endpoint.client.statObject(bucket, 'target')).rejects.toMatchObject({ code: 'NotFound' })
  })

  it('expires', async () => {
    const anHourAgo = new Date(Date.now() - 3_600_000)
    const url = await endpoint.client.presignedGetObject(bucket, 'mine', 60, {}, anHourAgo)
    const response = await fetch(url)
    expect(response.status).toBe(403)
    expect(await response.text()).toMatch(/<Code>AccessDenied<\/Code>.*Request has expired/s)
  })
})

describe('a form', () => {
  interface Attempt {
    readonly key?: string
    readonly content?: string
    readonly filename?: string
    readonly fields?: Record<string, string>
    readonly expires?: number
    readonly change?: (form: FormData) => void
  }

  async function submit({ key = 'alice/${filename}', content = 'bytes', filename = 'clip.mp4', ...attempt }: Attempt) {
    const policy = endpoint.client.newPostPolicy()
    policy.setBucket(bucket)
    policy.setKeyStartsWith('alice/')
    policy.setContentTypeStartsWith('video/')
    policy.setContentLengthRange(3, 10)
    policy.setExpires(new Date(Date.now() + (attempt.expires ?? 60_000)))
    for (const [name, value] of Object.entries(attempt.fields ?? {})) {
      policy.policy.conditions.push(['eq', `$${name}`, value])
      policy.formData[name] = value
    }
    const { postURL, formData } = await endpoint.client.presignedPostPolicy(policy)
    const form = new FormData()
    for (const [name, value] of Object.entries({ ...formData, key, 'Content-Type': 'video/mp4' })) form.set(name, value)
    attempt.change?.(form)
    form.set('file', new Blob([content]), filename)
    form.set('late', 'fields after the file are ignored')
    const response = await fetch(postURL, { method: 'POST', body: form })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  it('uploads a file under its own name', async () => {
    const { status, headers } = await submit({ filename: 'dir/clip 1.mp4', fields: { 'x-amz-meta-title': '视频' } })
    expect(status).toBe(204)
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/)
    expect(headers.get('location')).toContain(`/${bucket}/alice/clip%201.mp4`)
    expect(String(await readObject(endpoint.client, bucket, 'alice/clip 1.mp4'))).toBe('bytes')
    const stat = await endpoint.client.statObject(bucket, 'alice/clip 1.mp4')
    expect(stat.metaData).toMatchObject({ 'content-type': 'video/mp4' })
  })

  it('is answered with the status it asks for', async () => {
    expect((await submit({ fields: { success_action_status: '200' } })).status).toBe(200)
    const created = await submit({ fields: { success_action_status: '201' } })
    expect(created.status).toBe(201)
    expect(created.text).toContain('<Key>alice/clip.mp4</Key>')
    expect((await submit({ fields: { success_action_status: '301' } })).status).toBe(204)
  })

  it.each<[string, Attempt, number, string]>([
    ['too long a file', { content: 'x'.repeat(11) }, 400, 'EntityTooLarge'],
    ['far too long a file', { content: 'x'.repeat(5_000_000) }, 400, 'EntityTooLarge'],
    ['too short a file', { content: 'xx' }, 400, 'EntityTooSmall'],
    ['another key', { key: 'bob/${filename}' }, 403, 'AccessDenied'],
    ['an expired policy', { expires: -1000 }, 403, 'AccessDenied'],
    ['another type', { change: (form) => form.set('Content-Type', 'text/html') }, 403, 'AccessDenied'],
    ['a field nobody signed', { change: (form) => form.set('x-amz-meta-extra', '1') }, 403, 'AccessDenied'],
    [
      'a changed signature',
      { change: (form) => form.set('x-amz-signature', '0'.repeat(64)) },
      403,
      'SignatureDoesNotMatch',
    ],
    ['a changed policy', { change: (form) => form.set('policy', btoa('{}')) }, 403, 'SignatureDoesNotMatch'],
    ['no policy', { change: (form) => form.delete('policy') }, 403, 'AccessDenied'],
  ])('is refused with %s, and nothing is kept', async (_what, attempt, status, code) => {
    const refused = await submit({ filename: 'refused.mp4', ...attempt })
    expect(refused).toMatchObject({ status, text: expect.stringContaining(`<Code>${code}</Code>`) as string })
    await expect(endpoint.client.statObject(bucket, 'alice/refused.mp4')).rejects.toMatchObject({ code: 'NotFound' })
  })
})

describe('somebody without credentials', () => {
  it('reads what a policy makes public and nothing else', async () => {
    const { client, url } = endpoint
    const open = await endpoint.newBucket()
    await client.putObject(open, 'public/a.txt', 'for all')
    await client.putObject(open, 'private/a.txt', 'for me')
    const read = (key: string) => fetch(`${url}/${open}/${key}`)
    expect((await read('public/a.txt')).status).toBe(403)

    const statement = {
      Effect: 'Allow',
      Principal: { AWS: ['*'] },
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${open}/public/*`],
    }
    await client.setBucketPolicy(open, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    expect(JSON.parse(await client.getBucketPolicy(open))).toMatchObject({ Statement: [{ Effect: 'Allow' }] })
    const allowed = await read('public/a.txt')
    expect([allowed.status, await allowed.text()]).toEqual([200, 'for all'])
    expect((await fetch(`${url}/${open}/public/a.txt`, { method: 'HEAD' })).status).toBe(200)
    expect((await read('private/a.txt')).status).toBe(403)
    expect((await fetch(`${url}/${open}/public/b.txt`, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await fetch(`${url}/${open}/public/a.txt`, { method: 'DELETE' })).status).toBe(403)
    expect((await fetch(`${url}/${open}`)).status).toBe(403)
    expect((await fetch(url)).status).toBe(403)

    await client.setBucketPolicy(open, '')
    expect((await read('public/a.txt')).status).toBe(403)
    await expect(client.getBucketPolicy(open)).rejects.toMatchObject({ code: 'NoSuchBucketPolicy' })
  })
})

describe('a page of another origin', () => {
  it('is told before it asks that it may', async () => {
    const response = await fetch(`${endpoint.url}/${bucket}/clip.mp4`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type,authorization',
      },
    })
    expect(response.ok).toBe(true)
    expect(['*', 'http://localhost:5173']).toContain(response.headers.get('access-control-allow-origin'))
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('content-type')
  })

  it('sees answers, their entity tags, and refusals', async () => {
    const headers = { origin: 'http://localhost:5173' }
    const url = await endpoint.client.presignedPutObject(bucket, 'cross', 60)
    for (const response of [
      await fetch(url, { method: 'PUT', body: 'x', headers }),
      await fetch(`${endpoint.url}/${bucket}/cross`, { headers }),
    ]) {
      expect(['*', 'http://localhost:5173']).toContain(response.headers.get('access-control-allow-origin'))
      expect(response.headers.get('access-control-expose-headers')?.toLowerCase()).toMatch(/etag|\*/)
    }
  })
})
