import { chmod, cp, lstat, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/**
 * Copies an installed file or folder to the temporary folder, where its modes can be set and every user can reach it. Later calls, also
 * from other processes, find the same copy by its name.
 *
 * @param name tells the copy apart, so it has to hold the version
 * @returns the folder that holds the copy under `entry`
 */
export async function copyToTemporaryFolder(source: string, name: string, entry: string): Promise<string> {
  const folder = join(tmpdir(), `${name}-${userInfo().uid}`)
  if (await isOurs(folder)) return folder
  const unfinished = await mkdtemp(`${folder}-`)
  await cp(source, join(unfinished, entry), { recursive: true })
  await makeReadableForAll(unfinished)
  try {
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another process has finished the same copy first.
    if (!(await isOurs(folder))) throw error
  }
  return folder
}

/** Everybody can write to the temporary folder: what another user put there is not ours to run. */
async function isOurs(folder: string): Promise<boolean> {
  const entry = await lstat(folder).catch(() => undefined)
  if (!entry) return false
  if (process.platform === 'win32') return entry.isDirectory()
  if (entry.isDirectory() && entry.uid === userInfo().uid && (entry.mode & 0o022) === 0) return true
  throw new Error(`${folder} belongs to somebody else or can be changed by others: remove it.`)
}

async function makeReadableForAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o111) === 0 ? 0o644 : 0o755)
  }
}
