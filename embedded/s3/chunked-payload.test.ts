import { describe, expect, it } from 'vitest'
import { decodeChunked } from './chunked-payload.ts'
import { collect } from '../../testing/s3/endpoint.ts'
import { signingKey } from '../../platform/storage/signature-v4.ts'

// The example of the S3 API reference, API/sigv4-streaming.html: 65 KB of the letter a in chunks of 64 KB.
const scope = { date: '20130524', region: 'us-east-1' }
const seed = {
  timestamp: '20130524T000000Z',
  scope,
  signingKey: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope),
  signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
}
const documented =
  '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n' +
  `${'a'.repeat(65536)}\r\n` +
  '400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n' +
  `${'a'.repeat(1024)}\r\n` +
  '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n'

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < text.length; start += size)
    yield Promise.resolve(Buffer.from(text.slice(start, start + size)))
}

async function decode(text: string, signer: typeof seed | undefined, pieceSize = 1000): Promise<string> {
  return Buffer.concat(await collect(decodeChunked(inPieces(text, pieceSize), signer).content)).toString()
}

describe('an aws-chunked body', () => {
  it.each([1, 7, 1000, 70_000])('is decoded when it arrives in pieces of %i bytes', async (size) => {
    expect(await decode(documented, seed, size)).toBe('a'.repeat(66_560))
  })

  it('is refused when a byte of it was changed', async () => {
    const changed = documented.replace('aaaa', 'aaba')
    await expect(decode(changed, seed)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })

  it('is refused when its last chunk is not signed', async () => {
    const unsigned = documented.replace(/0;chunk-signature=\w+\r\n\r\n$/, '0\r\n\r\n')
    await expect(decode(unsigned, seed)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })

  it('is refused when it ends before its last chunk', async () => {
    await expect(decode(documented.slice(0, 66_000), seed)).rejects.toMatchObject({ code: 'IncompleteBody' })
    await expect(decode(documented.slice(0, 65_700), seed)).rejects.toMatchObject({ code: 'IncompleteBody' })
  })

  it.each([
    '5\r\nhello!\r\n0\r\n\r\n',
    'x\r\n',
    '-1\r\n',
    `${'0'.repeat(2000)}\r\n`,
    '5;chunk-signature=ab\r\nhello\r\n',
  ])('is refused when it is malformed: %#', async (text) => {
    await expect(decode(text, undefined)).rejects.toMatchObject({ code: 'InvalidRequest' })
  })

  it('gives its trailers once it was read', async () => {
    const { content, trailers } = decodeChunked(
      inPieces('5\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg==\r\n\r\n', 3),
      undefined,
    )
    expect(Buffer.concat(await collect(content)).toString()).toBe('hello')
    expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'NhCmhg==']])
  })
})
