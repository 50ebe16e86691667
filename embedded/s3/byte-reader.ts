import { S3Error } from './errors.ts'

export type ByteReader = ReturnType<typeof createByteReader>

/**
 * Reads a byte stream piece by piece for a parser, buffering no more than one chunk. Every method throws `IncompleteBody` when
 * the stream ends too early.
 */
export function createByteReader(source: AsyncIterable<Buffer>, beginning = Buffer.alloc(0)) {
  const chunks = source[Symbol.asyncIterator]()
  let buffered: Buffer = beginning

  async function more(): Promise<void> {
    const next = await chunks.next()
    if (next.done) throw new S3Error('IncompleteBody')
    buffered = buffered.length === 0 ? next.value : Buffer.concat([buffered, next.value])
  }

  function consume(length: number): Buffer {
    const taken = buffered.subarray(0, length)
    buffered = buffered.subarray(length)
    return taken
  }

  return {
    /** The bytes before `delimiter`, which is consumed; `undefined` if they exceed `limit` bytes. */
    async until(delimiter: Buffer, limit: number): Promise<Buffer | undefined> {
      for (;;) {
        const position = buffered.indexOf(delimiter)
        if (position > limit || (position === -1 && buffered.length > limit + delimiter.length)) return undefined
        if (position !== -1) {
          const text = consume(position)
          consume(delimiter.length)
          return text
        }
        await more()
      }
    },

    /** The next `length` bytes, as they arrive. */
    async *take(length: number): AsyncGenerator<Buffer> {
      let missing = length
      while (missing > 0) {
        if (buffered.length === 0) await more()
        const piece = consume(missing)
        missing -= piece.length
        yield piece
      }
    },

    /** The bytes before `delimiter`, as they arrive; the delimiter is consumed. */
    async *streamUntil(delimiter: Buffer): AsyncGenerator<Buffer> {
      for (;;) {
        const position = buffered.indexOf(delimiter)
        // If it was not found, the end of the buffer may still be the beginning of a delimiter.
        const length = position === -1 ? Math.max(0, buffered.length - delimiter.length + 1) : position
        if (length > 0) yield consume(length)
        if (position !== -1) {
          consume(delimiter.length)
          return
        }
        await more()
      }
    },
  }
}
