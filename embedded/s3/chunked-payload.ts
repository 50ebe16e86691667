import { createHash } from 'node:crypto'
import { createByteReader, type ByteReader } from './byte-reader.ts'
import { S3Error } from './errors.ts'
import { chunkStringToSign, sameSignature, sign } from '../../platform/storage/signature-v4.ts'
import type { Signer } from './authentication.ts'

const newline = Buffer.from('\r\n')
const maximumLineLength = 1024
const maximumTrailers = 16

export interface ChunkedPayload {
  readonly content: AsyncIterable<Buffer>
  /** Headers after the content, names in lower case; complete once the content has been read to its end. */
  readonly trailers: ReadonlyMap<string, string>
}

/**
 * The content of an aws-chunked body: `<size in hex>;chunk-signature=<hex>`, the bytes, and so on up to a chunk of size 0.
 * `seed` is the signature of the request, from which the signatures of the chunks are chained; without it, chunks are unsigned
 * and trailers may follow. Throws `SignatureDoesNotMatch` at the end of the first chunk that was altered.
 */
export function decodeChunked(body: AsyncIterable<Buffer>, seed: Signer | undefined): ChunkedPayload {
  const trailers = new Map<string, string>()
  const reader = createByteReader(body)
  return { content: chunks(reader, seed, trailers), trailers }
}

async function* chunks(
  reader: ByteReader,
  seed: Signer | undefined,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let previous = seed?.signature ?? ''
  for (;;) {
    const [, hexSize, signature] =
      /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(await line(reader)) ?? []
    if (hexSize === undefined) throw new S3Error('InvalidRequest', 'A chunk has no valid header.')
    const size = parseInt(hexSize, 16)
    const hash = seed && createHash('sha256')
    for await (const piece of reader.take(size)) {
      hash?.update(piece)
      yield piece
    }
    if (seed && hash) {
      const text = chunkStringToSign(seed.timestamp, seed.scope, previous, hash.digest('hex'))
      if (!sameSignature(sign(seed.signingKey, text), signature ?? '')) throw new S3Error('SignatureDoesNotMatch')
      previous = signature ?? ''
    }
    if (size > 0) {
      if ((await line(reader)) !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than it says.')
    } else {
      await readTrailers(reader, trailers)
      return
    }
  }
}

async function readTrailers(reader: ByteReader, trailers: Map<string, string>): Promise<void> {
  for (let text = await line(reader); text !== ''; text = await line(reader)) {
    const colon = text.indexOf(':')
    if (colon === -1 || trailers.size === maximumTrailers)
      throw new S3Error('InvalidRequest', 'A trailer is malformed.')
    trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim())
  }
}

async function line(reader: ByteReader): Promise<string> {
  const text = await reader.until(newline, maximumLineLength)
  if (!text) throw new S3Error('InvalidRequest', 'A line of the chunked body is too long.')
  return text.toString('latin1')
}
