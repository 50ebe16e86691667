import { randomUUID } from 'node:crypto'
import { mkdir, open, unlink, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A temporary file for bytes that may turn out to be unwanted. */
export interface Spool extends AsyncDisposable {
  /** Stores a stream. Rejects when the stream breaks, the disk is full, or the signal is aborted. */
  fill(stream: Readable, signal: AbortSignal): Promise<void>
  /** In bytes. */
  size(): Promise<number>
  /** The stored bytes, from the beginning. */
  read(): AsyncIterable<Buffer>
}

/** Opens a spool in a folder. Its file is unlinked, so it disappears with the spool or with the process. */
export async function openSpool(folder: string): Promise<Spool> {
  const path = join(folder, randomUUID())
  const create = (): Promise<FileHandle> => open(path, 'wx+', 0o600)
  const file = await create().catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // Temporary folders are cleaned of what looks old.
    await mkdir(folder, { recursive: true })
    return create()
  })
  await unlink(path)
  return {
    async fill(stream, signal) {
      const stop = (): void => void stream.destroy(signal.reason as Error)
      signal.addEventListener('abort', stop)
      try {
        await writeFile(file, stream)
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
    size: async () => (await file.stat()).size,
    read: () => chunksOf(file),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

const chunkBytes = 64 * 1024

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(chunkBytes), position })
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
