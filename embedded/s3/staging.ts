import { randomUUID } from 'node:crypto'
import { constants, renameSync } from 'node:fs'
import { copyFile, mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { readSeal, sealOf } from './sealed-file.ts'

/** A file in the making. Disposing it closes it, and removes it unless it was renamed away. */
export interface StagedFile extends AsyncDisposable {
  readonly path: string
  /** Bytes of content. */
  readonly size: number
  /** Completes the file with its metadata, puts it on the disk and closes it; it is then ready to be renamed. */
  seal(metadata: object): Promise<void>
}

export type Staging = Awaited<ReturnType<typeof openStaging>>

/**
 * The folder where files are written before they appear, and moved before they are removed. Nothing in it is ever
 * needed again, so opening it empties it of what a killed process left.
 */
export async function openStaging(directory: string) {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const freshPath = () => join(directory, randomUUID())

  return {
    freshPath,

    /** Streams `content` into a new file. Whatever goes wrong, nothing stays behind. */
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

    /** Copies a sealed file without its seal, and says what that was. Costs nothing where the file system can share blocks. */
    async copy(source: string): Promise<{ staged: StagedFile; metadata: unknown }> {
      const path = freshPath()
      let file: FileHandle | undefined
      try {
        await copyFile(source, path, constants.COPYFILE_FICLONE)
        // Append mode, so that the new seal goes to the end whatever was read.
        file = await open(path, 'a+')
        const { metadata, contentLength } = await readSeal(file)
        await file.truncate(contentLength)
        return { staged: stagedFile(path, file, contentLength), metadata }
      } catch (error) {
        await discard(path, file)
        throw error
      }
    },

    /** Writes a small file, ready to be renamed; removes it if `place` throws. */
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

    /** Takes a file or folder out of sight in this very tick; the promise is for its removal. */
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
      // Windows renames no open file.
      await file.close()
    },
    [Symbol.asyncDispose]: () => discard(path, file),
  }
}

async function discard(path: string, file: FileHandle | undefined): Promise<void> {
  await file?.close()
  await rm(path, { force: true })
}

/** Puts a folder's own entries on the disk, so that a rename survives a loss of power. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows opens no folders; its renames are journalled.
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
