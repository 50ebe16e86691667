import { randomUUID } from 'node:crypto'
import { mkdir, open, unlink, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A file for bytes of which nobody knows yet whether they are wanted. */
export interface Spool extends AsyncDisposable {
  /** Keeps a stream. Rejects when the stream breaks off, the disk is full, or the signal is aborted. */
  fill(stream: Readable, signal: AbortSignal): Promise<void>
  /** In bytes. */
  size(): Promise<number>
  /** What is kept, from its beginning. */
  read(): AsyncIterable<Buffer>
}

/** Opens a spool in a folder. Its file has no name, so it ends with the spool or with the process. */
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
