import { randomUUID } from 'node:crypto'
import { constants, renameSync } from 'node:fs'
import { copyFile, mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { readSeal, sealOf } from './sealed-file.ts'

/** A file that is being written. Disposing closes it, and deletes it unless it was renamed. */
export interface StagedFile extends AsyncDisposable {
  readonly path: string
  /** Bytes of content. */
  readonly size: number
  /** Appends the metadata, flushes the file to disk and closes it; it can then be renamed. */
  seal(metadata: object): Promise<void>
}

export type Staging = Awaited<ReturnType<typeof openStaging>>

/**
 * The folder where files are written before they appear, and moved before they are deleted. Opening it deletes everything in
 * it, which can only be left over from a killed process.
 */
export async function openStaging(directory: string) {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const freshPath = () => join(directory, randomUUID())

  return {
    freshPath,

    /** Streams `content` into a new file. On failure nothing is left behind. */
    async write(content: AsyncIterable<Buffer>): Promise<StagedFile> {
      const path = freshPath()
      const file = await open(path, 'wx')
      try {
        await writeFile(file, content)
        return stagedFile(path, file, (await file.stat()).size)
      } catch (error) {
        await discard(path, file)
        throw error
      }
    },

    /** Copies the content of a sealed file and returns its metadata. Costs nothing where the file system can share blocks. */
    async copy(source: string): Promise<{ staged: StagedFile; metadata: unknown }> {
      const path = freshPath()
      let file: FileHandle | undefined
      try {
        await copyFile(source, path, constants.COPYFILE_FICLONE)
        // Append mode, so the new seal goes to the end regardless of reads.
        file = await open(path, 'a+')
        const { metadata, contentLength } = await readSeal(file)
        await file.truncate(contentLength)
        return { staged: stagedFile(path, file, contentLength), metadata }
      } catch (error) {
        await discard(path, file)
        throw error
      }
    },

    /** Writes a small file and passes it to `place` for renaming; deletes it if `place` throws. */
    async writeText(text: string, place: (path: string) => void): Promise<void> {
      const path = freshPath()
      try {
        await writeFile(path, text, { flush: true })
        place(path)
      } catch (error) {
        await rm(path, { force: true })
        throw error
      }
    },

    /** Moves a file or folder away synchronously; the promise resolves when it has been deleted. */
    remove(path: string): Promise<void> {
      const removed = freshPath()
      renameSync(path, removed)
      return rm(removed, { recursive: true, force: true })
    },
  }
}

function stagedFile(path: string, file: FileHandle, size: number): StagedFile {
  return {
    path,
    size,
    async seal(metadata) {
      await file.appendFile(sealOf(metadata))
      await file.datasync()
      // Windows cannot rename open files.
      await file.close()
    },
    [Symbol.asyncDispose]: () => discard(path, file),
  }
}

async function discard(path: string, file: FileHandle | undefined): Promise<void> {
  await file?.close()
  await rm(path, { force: true })
}

/** Flushes the entries of a folder to disk, so that a rename survives a power failure. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open folders; its renames are journalled.
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
