import type { FileHandle } from 'node:fs/promises'

const chunkBytes = 64 * 1024

/** Reads ranges of a file, small ones from a cached block. */
export class FileBytes {
  readonly size: number
  readonly #file: FileHandle
  #chunk = Buffer.alloc(0)
  #chunkAt = 0

  private constructor(file: FileHandle, size: number) {
    this.#file = file
    this.size = size
  }

  static async of(file: FileHandle): Promise<FileBytes> {
    return new FileBytes(file, (await file.stat()).size)
  }

  /** At most `length` bytes from an offset; fewer at the end of the file. */
  async read(at: number, length: number): Promise<Buffer> {
    const isKept = at >= this.#chunkAt && at + length <= this.#chunkAt + this.#chunk.length
    if (!isKept) {
      const wanted = Math.max(0, Math.min(Math.max(length, chunkBytes), this.size - at))
      const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(wanted), 0, wanted, at)
      this.#chunk = buffer.subarray(0, bytesRead)
      this.#chunkAt = at
    }
    return this.#chunk.subarray(at - this.#chunkAt, at - this.#chunkAt + length)
  }
}
