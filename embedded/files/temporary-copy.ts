import { chmod, cp, lstat, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/**
 * Uses a copy of an installed file or folder in the temporary folder, where its modes can be set and every user can reach it.
 * Later calls, also from other processes, reuse the copy by its name. A copy that does not work is made once more, because
 * temporary folders are cleaned of old files one by one.
 *
 * @param name identifies the copy, so it must contain the version
 * @param use gets the folder that holds the copy under `entry`, and rejects when the copy does not work
 */
export async function useTemporaryCopy<Result>(
  source: string,
  name: string,
  entry: string,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await copyToTemporaryFolder(source, name, entry)
  try {
    return await use(folder)
  } catch {
    await rm(folder, { recursive: true, force: true })
    return await use(await copyToTemporaryFolder(source, name, entry))
  }
}

async function copyToTemporaryFolder(source: string, name: string, entry: string): Promise<string> {
  const folder = join(tmpdir(), `${name}-${userInfo().uid}`)
  if (await isOurs(folder)) return folder
  const unfinished = await mkdtemp(`${folder}-`)
  await cp(source, join(unfinished, entry), { recursive: true, verbatimSymlinks: true })
  await makeReadableForAll(unfinished)
  try {
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another process finished the same copy first.
    if (!(await isOurs(folder))) throw error
  }
  return folder
}

/** Everyone can write to the temporary folder; what another user put there must not be run. */
async function isOurs(folder: string): Promise<boolean> {
  const entry = await lstat(folder).catch(() => undefined)
  if (!entry) return false
  if (process.platform === 'win32') return entry.isDirectory()
  if (entry.isDirectory() && entry.uid === userInfo().uid && (entry.mode & 0o022) === 0) return true
  throw new Error(`${folder} belongs to another user or can be changed by others: remove it.`)
}

async function makeReadableForAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o111) === 0 ? 0o644 : 0o755)
  }
}
