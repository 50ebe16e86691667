import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEndpoint, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'

let endpoint: EndpointUnderTest
let bucket: string
beforeAll(async () => {
  endpoint = await openEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

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
