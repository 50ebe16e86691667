import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processIdentity } from '../processes/identity.ts'
import { explainFolderError } from './folder.ts'

/** The right to a folder. Disposing gives it back. */
export interface FolderLock extends Disposable {
  /** Whether nobody took the folder over, as another process may when this one seemed to be dead. */
  isHeld(): boolean
}

/**
 * Makes this process the only owner of a folder. The lock of a process that has died is taken over.
 *
 * @throws Error naming the other process when a running one owns the folder, or saying why the folder cannot be written
 */
export function lockFolder(folder: string): FolderLock {
  const lock = join(folder, 'owner')
  const claim = `${lock}.${process.pid}`
  // A process that took a folder over from itself holds another lock than before.
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

/** A link appears with its content at once, and only one process can create it. */
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
  refuseLiveOwner(owner, folder)
  // Moved aside before it is removed: between reading and removing, another process may have put its own lock there.
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

function refuseLiveOwner(owner: string, folder: string): void {
  const [identity = ''] = owner.split('\n')
  const pid = Number.parseInt(identity, 10)
  if (processIdentity(pid) !== identity) return
  throw new Error(`The folder ${folder} is in use by process ${pid}: stop that one first, or choose another folder.`)
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
