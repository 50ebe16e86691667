import { createHash } from 'node:crypto'

/** Bytes on their way, and their digest once they have passed. */
export interface HashedContent {
  readonly content: AsyncIterable<Buffer>
  /** MD5 in hex, of what has been read of the content when it is first asked. */
  readonly md5: () => string
}

/** Passes `source` on, hashing it for the entity tag. */
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
