import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'publish-'
/** No work on a video takes this long. */
const abandonedAfterMs = 24 * 60 * 60 * 1_000

/** A new folder that only this process' user can enter; disposing deletes it with its content. */
export async function createTemporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/**
 * Deletes temporary folders of killed processes.
 *
 * @returns how many.
 */
export async function collectTemporaryFolders(now = new Date()): Promise<number> {
  let collected = 0
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const path = join(tmpdir(), name)
    const folder = await stat(path).catch(() => null)
    if (!folder || folder.mtimeMs > now.getTime() - abandonedAfterMs) continue
    await rm(path, { recursive: true, force: true })
    collected++
  }
  return collected
}
