import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * As `npm start` and the image run it: with room for what many calls need for a moment, lest it outlive them; and with an old
 * generation that is collected before it is twice as large as what lives in it, and not at four times that.
 */
const mainOptions = ['--max-semi-space-size=32', '--heap-growing-percent=80']
const main = fileURLToPath(new URL('../start/launch.js', import.meta.url))

/** A process that was started as `npm start` starts one. */
export interface SystemProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** What it printed for people so far, by line. */
  readonly lines: readonly string[]
  /** Resolves with the first line that matches, whether it was printed already or is still to come. */
  line(pattern: RegExp): Promise<string>
  /** Resolves with the exit code and everything on standard error; null when a signal ended it. */
  readonly ended: Promise<{ code: number | null; stderr: string }>
}

/** Starts the system, or a part of it, with just these settings. */
export function startProcess(
  part: string,
  variables: Readonly<Record<string, string>>,
  parameters: readonly string[] = [],
): SystemProcess {
  const child = spawn(process.execPath, [...mainOptions, main, part, ...parameters], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const waiting = new Set<(line: string) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const look of waiting) look(line)
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }))

  return {
    child,
    lines,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const seen = lines.find((line) => pattern.test(line))
        if (seen !== undefined) {
          resolve(seen)
          return
        }
        waiting.add((line) => {
          if (pattern.test(line)) resolve(line)
        })
        void ended.then(() => reject(new Error(`it ended without printing ${String(pattern)}: ${stderr}`)))
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
