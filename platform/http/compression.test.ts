import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { acceptedEncoding, compressed } from './compression.ts'

const long = Buffer.from(JSON.stringify(Array.from({ length: 500 }, (_, index) => ({ id: index, name: '小明' }))))
const short = Buffer.from('{"status_code":0}')

const app = fastify()
app.get('/long', (request, reply) => compressed(request, reply, long))
const signed = `${long.toString()} /media/signed/1800000000.signature/restricted/7/folder/video.mp4`
app.get('/signed', (request, reply) => compressed(request, reply, signed))
app.get('/short', (request, reply) => compressed(request, reply, short))

const identity = (bytes: Buffer): Buffer => bytes

describe('an answer over a kilobyte', () => {
  it.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['GZIP;Q=0.5', 'gzip', gunzipSync],
    ['x-gzip', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
    ['br;q=0.1, gzip;q=0.9', 'gzip', gunzipSync],
    ['br;q=0, *', 'gzip', gunzipSync],
    ['identity;q=0, gzip', 'gzip', gunzipSync],
    ['identity', undefined, identity],
    ['gzip;q=0', undefined, identity],
    ['gzip;q=0.1, identity', undefined, identity],
    ['deflate, zstd', undefined, identity],
    ['', undefined, identity],
    [undefined, undefined, identity],
  ])('comes to who takes "%s" as %s', async (accepted, encoding, decode) => {
    const headers = accepted === undefined ? {} : { 'accept-encoding': accepted }
    const answer = await app.inject({ url: '/long', headers })
    expect([answer.headers['content-encoding'], answer.headers.vary]).toEqual([encoding, 'accept-encoding'])
    expect(decode(answer.rawPayload)).toEqual(long)
    expect(Number(answer.headers['content-length'])).toBe(answer.rawPayload.length)
    if (encoding !== undefined) expect(answer.rawPayload.length).toBeLessThan(long.length / 3)
  })

  it('tells its length to a HEAD as to a GET', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const [head, get] = [
      await app.inject({ method: 'HEAD', url: '/long', headers }),
      await app.inject({ url: '/long', headers }),
    ]
    expect(head.rawPayload).toHaveLength(0)
    for (const name of ['content-length', 'content-encoding', 'vary'])
      expect(head.headers[name]).toBe(get.headers[name])
  })
})

it('sends a short answer as it is', async () => {
  const { headers, rawPayload } = await app.inject({ url: '/short', headers: { 'accept-encoding': 'gzip, br' } })
  expect(headers).not.toHaveProperty('content-encoding')
  expect(rawPayload).toEqual(short)
})

it('sends an answer with a signed address as it is', async () => {
  const { headers, payload } = await app.inject({ url: '/signed', headers: { 'accept-encoding': 'gzip, br' } })
  expect(headers).not.toHaveProperty('content-encoding')
  expect(payload).toBe(signed)
})

it('reads no more of a header than clients send', () => {
  expect(acceptedEncoding(`${'a,'.repeat(1_000)}gzip`)).toBeNull()
})
