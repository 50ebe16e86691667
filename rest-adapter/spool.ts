import { randomUUID } from 'node:crypto'
import { open, unlink, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A file for bytes of which nobody knows yet whether they are wanted. */
export interface Spool extends AsyncDisposable {
  /** Keeps a stream. Rejects when the stream breaks off or the disk is full. */
  fill(stream: Readable): Promise<void>
  /** In bytes. */
  size(): Promise<number>
  /** What is kept, from its beginning. */
  read(): AsyncIterable<Buffer>
}

/** Opens a spool in a folder that exists. Its file has no name, so it ends with the spool or with the process. */
export async function openSpool(folder: string): Promise<Spool> {
  const path = join(folder, randomUUID())
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return {
    fill: (stream) => writeFile(file, stream),
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
