import { mkdir } from 'node:fs/promises'

/**
 * Creates a folder that only its owner may enter, parents included. Rejects with one clear line when that cannot be.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw explainFolderError(folder, error)
  })
}

/**
 * Says in one line why a folder cannot hold data, when that is what the operating system's error means; other errors
 * stay as they are.
 */
export function explainFolderError(folder: string, error: unknown): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason === undefined ? error : new Error(`The folder ${folder} cannot hold data: ${reason}.`, { cause: error })
}

const reasons: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a file has that name',
  ENOENT: 'it cannot be created',
}
