import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { confinementOf, giveAway, startConfined, type Limits } from './confinement.ts'

export interface RunOptions {
  /**
   * Where it starts: a private folder, the only one whose files it reads and writes. It may belong to another account
   * afterwards.
   */
  readonly folder: string
  /** After how many milliseconds it is killed. */
  readonly deadlineMs: number
  readonly limits: Limits
  /** Kills it when aborted. */
  readonly signal?: AbortSignal | undefined
  /** Whether somebody waits for it: it comes before programs that nobody waits for. Default false. */
  readonly isAwaited?: boolean
  /** Receives its standard output while it runs; the outcome has none of it then. */
  readonly onOutput?: ((text: string) => void) | undefined
  /** How much of its standard output is kept, in bytes; more of it and the program is killed. Default 64 KB. */
  readonly maxOutputBytes?: number
}

/** How a program ended. */
export interface Outcome {
  /** `failed`: by itself and not with 0. `killed`: by a limit of the system. */
  readonly end: 'well' | 'failed' | 'killed' | 'too slow' | 'too much output' | 'aborted'
  readonly output: string
  /** The last lines of its standard error. */
  readonly complaints: string
}

const maxComplaintBytes = 8 * 1024
/** Behind all servers of the machine (POSIX, `nice`). */
const [awaitedPriority, lowPriority] = [5, 10] as const

/**
 * Runs a program over a stranger's file, confined as well as this machine can: with limits of the system, without network
 * and rights, with an empty environment, behind everything else in the queue for a processor, and killed with all that it
 * started at a deadline. This is the only place that starts one.
 *
 * @param program absolute.
 * @throws when it cannot be started, which is no fault of the file.
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
      // An error of a program that runs is that it could not be killed: it has ended, then, and is closed.
      if (child.pid === undefined) reject(error)
    })
    // Where no descriptor is free there are no streams either, and the error is still to come.
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

/** What a shell answers when it cannot start a program (POSIX, "Exit Status for Commands"); ffmpeg never does. */
const cannotExecute = 126
const notFound = 127

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}

function yieldProcessor(pid: number | undefined, priority: number): void {
  if (pid === undefined) return
  try {
    setPriority(pid, priority)
  } catch {
    // It has ended meanwhile, or the system has no priorities.
  }
}
