import { describe, expect, it } from 'vitest'
import {
  canonicalRequest,
  parseTimestamp,
  sameSignature,
  sha256Hex,
  sign,
  signingKey,
  stringToSign,
} from './signature-v4.ts'

// The examples of the S3 API reference, API/sig-v4-header-based-auth.html and API/sigv4-query-string-auth.html.
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const timestamp = '20130524T000000Z'
const scope = { date: '20130524', region: 'us-east-1' }
const host = 'examplebucket.s3.amazonaws.com'
const emptyHash = sha256Hex('')

function signatureOf(request: {
  method: string
  path: string
  parameters?: [string, string][]
  headers: Record<string, string>
  payloadHash: string
}): string {
  const canonical = canonicalRequest({
    parameters: [],
    ...request,
    signedHeaders: Object.keys(request.headers).sort(),
    header: (name) => request.headers[name],
  })
  return sign(signingKey(secretKey, scope), stringToSign(timestamp, scope, canonical))
}

describe('a Signature V4', () => {
  it('of a GET with a range is the one AWS documents', () => {
    const headers = { host, range: 'bytes=0-9', 'x-amz-content-sha256': emptyHash, 'x-amz-date': timestamp }
    expect(signatureOf({ method: 'GET', path: '/test.txt', headers, payloadHash: emptyHash })).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    )
  })

  it('of a PUT whose key needs encoding is the one AWS documents', () => {
    const payloadHash = sha256Hex('Welcome to Amazon S3.')
    const headers = {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      host,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': timestamp,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    }
    expect(signatureOf({ method: 'PUT', path: '/test$file.text', headers, payloadHash })).toBe(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    )
  })

  it('of a listing with parameters is the one AWS documents', () => {
    const headers = { host, 'x-amz-content-sha256': emptyHash, 'x-amz-date': timestamp }
    const parameters: [string, string][] = [
      ['prefix', 'J'],
      ['max-keys', '2'],
    ]
    expect(signatureOf({ method: 'GET', path: '/', parameters, headers, payloadHash: emptyHash })).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    )
  })

  it('of a presigned GET is the one AWS documents', () => {
    const parameters: [string, string][] = [
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'],
      ['X-Amz-Date', timestamp],
      ['X-Amz-Expires', '86400'],
      ['X-Amz-SignedHeaders', 'host'],
    ]
    const request = { method: 'GET', path: '/test.txt', parameters, headers: { host }, payloadHash: 'UNSIGNED-PAYLOAD' }
    expect(signatureOf(request)).toBe('aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404')
  })

  it('is compared whatever it is compared with', () => {
    expect(sameSignature('abc', 'abc')).toBe(true)
    expect(sameSignature('abc', 'abd')).toBe(false)
    expect(sameSignature('abc', 'ab')).toBe(false)
    expect(sameSignature('abc', 'äöü')).toBe(false)
  })
})

it('reads the basic ISO 8601 timestamps of signatures and nothing else', () => {
  expect(parseTimestamp(timestamp)).toBe(Date.UTC(2013, 4, 24))
  expect(parseTimestamp('2013-05-24T00:00:00Z')).toBeNaN()
  expect(parseTimestamp('20131324T000000Z')).toBeNaN()
})
