import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { confinementOf, giveAway, startConfined, type Limits } from './confinement.ts'

export interface RunOptions {
  /** The working directory: a private folder, the only one whose files it reads and writes. Its owner may change. */
  readonly folder: string
  /** After how many milliseconds it is killed. */
  readonly deadlineMs: number
  readonly limits: Limits
  /** Kills it when aborted. */
  readonly signal?: AbortSignal | undefined
  /** Whether a user waits for it: it then gets a higher priority than background work. Default false. */
  readonly isAwaited?: boolean
  /** Called with its standard output while it runs; the outcome contains none of it then. */
  readonly onOutput?: ((text: string) => void) | undefined
  /** How much of its standard output is collected, in bytes; with more, the program is killed. Default 64 KB. */
  readonly maxOutputBytes?: number
}

/** How a program ended. */
export interface Outcome {
  /** `failed`: by itself, with an exit code other than 0. `killed`: by a limit of the system. */
  readonly end: 'well' | 'failed' | 'killed' | 'too slow' | 'too much output' | 'aborted'
  readonly output: string
  /** The last lines of its standard error. */
  readonly complaints: string
}

const maxComplaintBytes = 8 * 1024
/** Below all servers of the machine (POSIX, `nice`). */
const [awaitedPriority, lowPriority] = [5, 10] as const

/**
 * Runs a program on an untrusted file, confined as well as this machine allows: with resource limits, without network and
 * rights, with an empty environment and low priority; it is killed with all its children at a deadline. No other module starts
 * one.
 *
 * @param program absolute path.
 * @throws when it cannot be started, which is not the file's fault.
 */
export async function run(program: string, parameters: readonly string[], options: RunOptions): Promise<Outcome> {
  const { folder, deadlineMs, limits, signal, onOutput, isAwaited = false, maxOutputBytes = 64 * 1024 } = options
  await access(program, constants.X_OK)
  const confinement = await confinementOf(program)
  if (confinement.ownAccount) await giveAway(folder)
  if (signal?.aborted) return { end: 'aborted', output: '', complaints: '' }
  const child = startConfined(confinement, program, parameters, folder, limits)

  return new Promise((resolve, reject) => {
    let killedAs: Outcome['end'] | undefined
    const kill = (reason: Outcome['end']): void => {
      killedAs ??= reason
      killGroup(child.pid)
    }
    const deadline = setTimeout(() => kill('too slow'), deadlineMs)
    const abort = (): void => kill('aborted')
    signal?.addEventListener('abort', abort)
    yieldProcessor(child.pid, isAwaited ? awaitedPriority : lowPriority)

    const settle = (): void => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', abort)
    }
    child.on('error', (error) => {
      settle()
      // If the program runs, the error means that it could not be killed because it has already ended.
      if (child.pid === undefined) reject(error)
    })
    // Without a free descriptor there are no streams either, and the error event follows.
    if (child.pid === undefined) return

    const output: Buffer[] = []
    let outputBytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      if (!onOutput) outputBytes += chunk.length
      if (onOutput) onOutput(chunk.toString())
      else if (outputBytes > maxOutputBytes) kill('too much output')
      else output.push(chunk)
    })
    let complaints = Buffer.alloc(0)
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = Buffer.concat([complaints, chunk]).subarray(-maxComplaintBytes)
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('error', () => undefined)
    child.on('close', (code, endedBy) => {
      settle()
      if (code === cannotExecute || code === notFound) reject(new Error(`${program} cannot be executed.`))
      const end = killedAs ?? (endedBy ? 'killed' : code === 0 ? 'well' : 'failed')
      resolve({ end, output: Buffer.concat(output).toString(), complaints: complaints.toString() })
    })
  })
}

/** A shell's exit code when it cannot start a program (POSIX, "Exit Status for Commands"); ffmpeg never uses it. */
const cannotExecute = 126
const notFound = 127

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has already ended.
  }
}

function yieldProcessor(pid: number | undefined, priority: number): void {
  if (pid === undefined) return
  try {
    setPriority(pid, priority)
  } catch {
    // It has already ended, or the system has no priorities.
  }
}
