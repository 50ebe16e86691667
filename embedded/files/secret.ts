import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { explainFolderError } from './folder.ts'

/** 144 random bits in characters that need no escaping in a URL, a shell or a configuration file. */
export function generateSecret(): string {
  return randomBytes(18).toString('base64url')
}

/** The secret stored in a file that only this user can read; generated on the first call. */
export async function keepSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw explainFolderError(file, error)
  }
  const secret = generateSecret()
  const written = `${file}.${process.pid}`
  try {
    // Written to another name first, because half a secret would lock the data for good.
    await writeFile(written, `${secret}\n`, { mode: 0o600, flush: true })
    await rename(written, file)
  } catch (error) {
    throw explainFolderError(file, error)
  }
  return secret
}
