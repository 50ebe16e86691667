import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Signer } from './authentication.ts'
import { checksumHeaders, createChecksum, type Checksum } from './checksum.ts'
import { decodeChunked, type ChunkedPayload } from './chunked-payload.ts'
import { S3Error, type S3ErrorCode } from './errors.ts'
import { hashedContent, type HashedContent } from './hashed-content.ts'
import type { S3Request } from './request.ts'

interface Verification {
  readonly checksum: Checksum
  /** Called when the content has been read. */
  readonly expected: () => Buffer
  readonly mismatch: S3ErrorCode
}

/** S3 allows 5 GiB in a single request. */
export const maximumPayload = 5 * 1024 ** 3

const sha256Pattern = /^[0-9a-f]{64}$/

/**
 * The uploaded content of a request, decoded if it is chunked. Its length and all digests given by the client are verified at
 * its end, so content that was read without an error is what the client sent. Throws `MissingContentLength`, `EntityTooLarge`
 * or `InvalidDigest` before anything is read.
 */
export function readPayload(request: S3Request, response: ServerResponse, signer: Signer | undefined): HashedContent {
  const payloadHash = signer?.payloadHash ?? request.header('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD'
  const length = request.header(
    payloadHash.startsWith('STREAMING-') ? 'x-amz-decoded-content-length' : 'content-length',
  )
  if (length === undefined || !/^\d+$/.test(length)) throw new S3Error('MissingContentLength')
  if (Number(length) > maximumPayload) throw new S3Error('EntityTooLarge')

  const { content, trailers } = decode(payloadHash, readBody(request, response), signer)
  const hashed = hashedContent(content)
  const verifications: Verification[] = []
  const contentMd5 = request.header('content-md5')
  if (contentMd5 !== undefined) {
    const expected = Buffer.from(contentMd5, 'base64')
    if (expected.length !== 16) throw new S3Error('InvalidDigest')
    const checksum: Checksum = { update: () => undefined, digest: () => Buffer.from(hashed.md5(), 'hex') }
    verifications.push({ checksum, expected: () => expected, mismatch: 'BadDigest' })
  }
  if (sha256Pattern.test(payloadHash)) {
    const expected = Buffer.from(payloadHash, 'hex')
    verifications.push({
      checksum: createHash('sha256'),
      expected: () => expected,
      mismatch: 'XAmzContentSHA256Mismatch',
    })
  }
  for (const name of checksumHeaders) {
    const header = request.header(name)
    if (header === undefined && request.header('x-amz-trailer') !== name) continue
    const expected = () => Buffer.from(header ?? trailers.get(name) ?? '', 'base64')
    verifications.push({ checksum: createChecksum(name), expected, mismatch: 'BadDigest' })
  }
  return { content: verified(hashed.content, Number(length), verifications), md5: hashed.md5 }
}

/** The raw body. Sends 100 Continue if the client waits for it (`Expect: 100-continue`). */
export async function* readBody(request: S3Request, response: ServerResponse): AsyncGenerator<Buffer> {
  if (request.header('expect')?.toLowerCase() === '100-continue') response.writeContinue()
  // Not destroyed when abandoned, so that the client can be sent the error.
  yield* request.incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}

/** Reads a small body. Throws `MaxMessageLengthExceeded` if it exceeds `limit` bytes. */
export async function readText(content: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of content) {
    length += chunk.length
    if (length > limit) throw new S3Error('MaxMessageLengthExceeded')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function decode(payloadHash: string, body: AsyncIterable<Buffer>, signer: Signer | undefined): ChunkedPayload {
  if (payloadHash === 'UNSIGNED-PAYLOAD' || sha256Pattern.test(payloadHash))
    return { content: body, trailers: new Map() }
  if (payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return decodeChunked(body, undefined)
  if (payloadHash === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' && signer) return decodeChunked(body, signer)
  throw new S3Error('NotImplemented', `The x-amz-content-sha256 ${payloadHash} is not supported.`)
}

async function* verified(
  content: AsyncIterable<Buffer>,
  length: number,
  verifications: readonly Verification[],
): AsyncGenerator<Buffer> {
  let received = 0
  for await (const chunk of content) {
    received += chunk.length
    if (received > length) throw new S3Error('IncompleteBody', 'The body has more bytes than announced.')
    for (const { checksum } of verifications) checksum.update(chunk)
    yield chunk
  }
  if (received < length) throw new S3Error('IncompleteBody')
  for (const { checksum, expected, mismatch } of verifications) {
    if (!checksum.digest().equals(expected())) throw new S3Error(mismatch)
  }
}
