import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isMinio, openEndpoint, readObject, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'

let endpoint: EndpointUnderTest
let bucket: string
beforeAll(async () => {
  endpoint = await openEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

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
    ['no policy', { change: (form) => form.delete('policy') }, 403, isMinio ? 'SignatureDoesNotMatch' : 'AccessDenied'],
  ])('is refused with %s, and nothing is kept', async (_what, attempt, status, code) => {
    const refused = await submit({ filename: 'refused.mp4', ...attempt })
    expect(refused).toMatchObject({ status, text: expect.stringContaining(`<Code>${code}</Code>`) as string })
    await expect(endpoint.client.statObject(bucket, 'alice/refused.mp4')).rejects.toMatchObject({ code: 'NotFound' })
  })
})
