import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { lchown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { endWithThisProcess } from '../../../platform/runtime/watchdog.ts'

/** What a program may use. Stricter limits of the system stay in force. */
export interface Limits {
  /** CPU time, in seconds. */
  readonly cpuSeconds: number
  /** The address space of the process, in bytes. */
  readonly memoryBytes: number
  /** The largest file that it may write, in bytes. */
  readonly fileBytes: number
}

/** A way to isolate a program from the network and from other users' files. */
export interface Confinement {
  /** For the log. */
  readonly description: string
  /** The command, with its parameters, that starts the program in a network namespace. */
  readonly prefix: readonly string[]
  /** Whether the program runs as an account that owns nothing but its folder. */
  readonly ownAccount: boolean
  /** Whether the process switches to that account before starting the prefix; otherwise the prefix does it. */
  readonly assumedFirst: boolean
}

/**
 * The id of an account that does not exist: systemd and Debian reserve the number (https://systemd.io/UIDS-GIDS/). `nobody` may
 * own files and processes of others, such as databases.
 */
const account = 65_533

const withoutNetwork = ['unshare', '--net', '--']
/** Without a mapping, the creator of a user namespace has no rights in it either. */
const unmapped = ['unshare', '--user', '--net', '--']
const asAccount = ['unshare', '--net', `--setuid=${account}`, `--setgid=${account}`, '--']

/** The best first; which ones work depends on rights, kernel and util-linux. */
export const known: readonly (Confinement & { readonly needsRoot: boolean })[] = [
  way('an own account, no network', asAccount, { needsRoot: true, ownAccount: true }),
  way('an own account, no network', unmapped, { needsRoot: true, ownAccount: true, assumedFirst: true }),
  // For when the account cannot reach the program or the folder.
  way('no network', withoutNetwork, { needsRoot: true }),
  way('an own account', [], { needsRoot: true, ownAccount: true, assumedFirst: true }),
  way('no network', unmapped, {}),
]

/** The fallback: limits, and the protocols and formats that ffmpeg is told to reject. */
export const limitsOnly: Confinement = way('neither an own account nor a network of its own', [], {})

function way(
  description: string,
  prefix: readonly string[],
  { needsRoot = false, ownAccount = false, assumedFirst = false },
) {
  return { description, prefix, needsRoot, ownAccount, assumedFirst }
}

const found = new Map<string, Promise<Confinement>>()

/** The best confinement that works for a program on this machine; determined once. */
export function confinementOf(program: string): Promise<Confinement> {
  const confinement = found.get(program) ?? find(program)
  found.set(program, confinement)
  return confinement
}

async function find(program: string): Promise<Confinement> {
  if (process.platform === 'win32') return limitsOnly
  const isRoot = process.getuid?.() === 0
  for (const confinement of known) {
    if (confinement.needsRoot === isRoot && (await works(confinement, program))) return confinement
  }
  return limitsOnly
}

/** Whether a program can be executed, and files written, in a confinement. */
export async function works(confinement: Confinement, program: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'confinement-'))
  try {
    const limits = { cpuSeconds: 5, memoryBytes: 256 * 1024 * 1024, fileBytes: 1024 }
    const attempt = ['-c', 'test -x "$1" && echo written > written', 'sh', program]
    if (confinement.ownAccount) await giveAway(folder)
    const child = startConfined(confinement, '/bin/sh', attempt, folder, limits)
    return (await once(child, 'close'))[0] === 0
  } catch {
    return false
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * A limit that cannot be set is already lower, or unsupported (macOS does not limit address space). Shells agree on these
 * units: seconds, and blocks of 512 or 1 024 bytes; processes are `-u` in some and `-p` in others.
 */
const launcher = `
exec 3>&2 2>/dev/null
ulimit -c 0
ulimit -t "$1"
ulimit -v "$2"
ulimit -f "$3"
ulimit -n 64
if [ "$4" = own ]; then ulimit -u 256 || ulimit -p 256; fi
shift 4
exec "$@" 2>&3 3>&-`

/**
 * Starts a program in its folder, with limits, an empty environment and no standard input. It leads a process group of its own
 * and ends with this process. With an account of its own, the folder must have been given to that account.
 *
 * The number of processes is limited for that account only, because the system counts all processes and threads of an account.
 */
export function startConfined(
  { prefix, ownAccount, assumedFirst }: Confinement,
  program: string,
  parameters: readonly string[],
  folder: string,
  limits: Limits,
): ChildProcessByStdio<null, Readable, Readable> {
  // Shells accept only whole numbers, and would ignore an invalid limit.
  const numbers = [limits.cpuSeconds, limits.memoryBytes / 1024, limits.fileBytes / 512].map((n) => `${Math.ceil(n)}`)
  const shell = ['/bin/sh', '-c', launcher, 'sh', ...numbers, ownAccount ? 'own' : 'shared']
  const [command = program, ...rest] =
    process.platform === 'win32' ? [program, ...parameters] : [...prefix, ...shell, program, ...parameters]
  const child = spawn(command, rest, {
    cwd: folder,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    ...(assumedFirst && { uid: account, gid: account }),
  })
  if (child.pid !== undefined) {
    const watchdog = endWithThisProcess(-child.pid, 'SIGKILL')
    child.once('exit', () => watchdog[Symbol.dispose]())
  }
  return child
}

/** Changes the owner of a folder and its content to the account. */
export async function giveAway(folder: string): Promise<void> {
  await lchown(folder, account, account)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), account, account)
  }
}
