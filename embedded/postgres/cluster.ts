import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { explainFolderError } from '../files/folder.ts'
import { dataArgument, type ServerAccount } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'
import { failureReason } from './failure.ts'

const execute = promisify(execFile)

export interface ClusterOptions {
  readonly directory: string
  readonly binaries: PostgresBinaries
  readonly account: ServerAccount
  readonly password: string
  readonly durable: boolean
}

/**
 * Makes sure that `<directory>/data` holds a database cluster: UTF-8, ordered by code point, one superuser `postgres` with a
 * password. The folder appears complete or not at all, so an interrupted start leaves no half-initialised cluster behind.
 *
 * @throws Error with one line when the folder cannot hold a cluster or holds the data of another major version
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { directory, binaries } = options
  const data = join(directory, 'data')
  try {
    const written = await readVersion(data)
    if (written === undefined) await createCluster(options, data)
    else rejectOtherVersion(written, binaries.version, data)
    await giveRestoredDataTo(options.account, data)
  } catch (error) {
    throw explainFolderError(directory, error)
  }
}

/** The major version that wrote a data folder; undefined when there is none. */
async function readVersion(data: string): Promise<string | undefined> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function createCluster(options: ClusterOptions, data: string): Promise<void> {
  const { directory, account, password, durable } = options
  await removeUnfinished(directory)
  try {
    const unfinished = await mkdtemp(join(directory, unfinishedPrefix))
    const newData = join(unfinished, 'data')
    await mkdir(newData, { mode: 0o700 })
    await writeFile(join(unfinished, 'password'), `${password}\n`, { mode: 0o600 })
    for (const path of [unfinished, newData, join(unfinished, 'password')]) await giveTo(account, path)
    await initialize(options, newData)
    await rename(newData, data)
    if (durable && process.platform !== 'win32') await syncFolder(directory)
  } finally {
    await removeUnfinished(directory)
  }
}

const unfinishedPrefix = 'initializing-'

/** The initdb of a killed start may still be writing, so deleting its folder may need more than one attempt. */
async function removeUnfinished(directory: string): Promise<void> {
  const unfinished = (await readdir(directory)).filter((entry) => entry.startsWith(unfinishedPrefix))
  for (const entry of unfinished) await rm(join(directory, entry), { recursive: true, force: true, maxRetries: 10 })
}

async function initialize({ directory, binaries, account, durable }: ClusterOptions, data: string): Promise<void> {
  const folder = dataArgument(data, account)
  const options = [
    `--pgdata=${folder}`,
    `--pwfile=${folder}/../password`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Supports the letters of all languages without a locale of the operating system.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]
  await execute(binaries.initdb, options, { ...account, cwd: data, env: {} }).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const reason = failureReason(stdout + stderr) ?? String(error)
    throw new Error(`PostgreSQL could not set up ${directory}: ${reason}`, { cause: error })
  })
}

function rejectOtherVersion(written: string, running: string, data: string): void {
  if (running.split('.')[0] === written) return
  throw new Error(
    `${data} was written by PostgreSQL ${written} and cannot be read by ${running}: move it away, or set DATABASE_URL.`,
  )
}

/** Data that root restored from a backup belongs to root, and PostgreSQL does not run as root. */
async function giveRestoredDataTo(account: ServerAccount, data: string): Promise<void> {
  if (account.uid === undefined || (await stat(data)).uid === account.uid) return
  await chmod(data, 0o700)
  const entries = await readdir(data, { recursive: true })
  for (const path of [data, ...entries.map((entry) => join(data, entry))]) await giveTo(account, path)
}

async function giveTo({ uid, gid }: ServerAccount, path: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  await handle.sync()
  await handle.close()
}
