import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processIdentity } from '../processes/identity.ts'
import { explainFolderError } from './folder.ts'

/** Exclusive use of a folder. Disposing releases it. */
export interface FolderLock extends Disposable {
  /** False when another process has taken the folder over because this one seemed to be dead. */
  isHeld(): boolean
}

/**
 * Makes this process the only owner of a folder. The lock of a dead process is taken over.
 *
 * @throws Error naming the other process when a running one owns the folder, or saying why the folder is not writable
 */
export function lockFolder(folder: string): FolderLock {
  const lock = join(folder, 'owner')
  const claim = `${lock}.${process.pid}`
  // A process that takes a folder over from itself gets a different lock.
  const identity = `${processIdentity(process.pid) ?? process.pid}\n${randomUUID()}`
  try {
    writeFileSync(claim, identity, { mode: 0o600 })
    while (!takeLock(claim, lock)) removeStaleLock(lock, folder)
  } catch (error) {
    throw explainFolderError(folder, error)
  } finally {
    rmSync(claim, { force: true })
  }
  return {
    isHeld: () => readIfPresent(lock) === identity,
    [Symbol.dispose]() {
      if (readIfPresent(lock) === identity) rmSync(lock, { force: true })
    },
  }
}

/** A hard link appears together with its content, and only one process can create it. */
function takeLock(claim: string, lock: string): boolean {
  try {
    linkSync(claim, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

function removeStaleLock(lock: string, folder: string): void {
  const owner = readIfPresent(lock)
  if (owner === undefined) return
  rejectLiveOwner(owner, folder)
  // Renamed before it is deleted: between reading and deleting, another process may have put its own lock there.
  const aside = `${lock}.stale.${process.pid}`
  try {
    renameSync(lock, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = readIfPresent(aside)
  if (moved !== undefined && moved !== owner) takeLock(aside, lock)
  rmSync(aside, { force: true })
}

function rejectLiveOwner(owner: string, folder: string): void {
  const [identity = ''] = owner.split('\n')
  const pid = Number.parseInt(identity, 10)
  if (processIdentity(pid) !== identity) return
  throw new Error(`The folder ${folder} is in use by process ${pid}: stop that process, or choose another folder.`)
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
