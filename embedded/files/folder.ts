import { mkdir } from 'node:fs/promises'

/** Creates a folder that only its owner may enter, including parents. Rejects with a one-line error. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw explainFolderError(folder, error)
  })
}

/**
 * Turns the operating system's error into one line that says why a folder cannot hold data; other errors are returned as they
 * are.
 */
export function explainFolderError(folder: string, error: unknown): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason === undefined ? error : new Error(`The folder ${folder} cannot hold data: ${reason}.`, { cause: error })
}

const reasons: Record<string, string> = {
  EACCES: 'this user has no write permission',
  EPERM: 'this user has no write permission',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exhausted',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file has that name',
  ENOENT: 'it cannot be created',
}
