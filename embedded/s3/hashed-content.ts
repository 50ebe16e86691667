import { createHash } from 'node:crypto'

/** A byte stream, and its digest once it has been read. */
export interface HashedContent {
  readonly content: AsyncIterable<Buffer>
  /** MD5 in hex of the content read up to the first call. */
  readonly md5: () => string
}

/** Passes `source` on and hashes it for the entity tag. */
export function hashedContent(source: AsyncIterable<Buffer>): HashedContent {
  const hash = createHash('md5')
  let digest: string | undefined
  async function* pass(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk)
      yield chunk
    }
  }
  return { content: pass(), md5: () => (digest ??= hash.digest('hex')) }
}
