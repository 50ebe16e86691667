import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * The options of `npm start` and of the image: a large young generation, so that the garbage of many calls dies there; and an
 * old generation that is collected before it has doubled, instead of quadrupled.
 */
const mainOptions = ['--max-semi-space-size=32', '--heap-growing-percent=80']
const main = fileURLToPath(new URL('../start/launch.js', import.meta.url))

/** A process started like `npm start` starts one. */
export interface SystemProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** The lines it has printed on standard output. */
  readonly lines: readonly string[]
  /** Resolves with the first line that matches, already printed or still to come. */
  line(pattern: RegExp): Promise<string>
  /** Resolves with the exit code and everything on standard error; the code is null when a signal ended it. */
  readonly ended: Promise<{ code: number | null; stderr: string }>
}

/** Starts the system, or a part of it, with exactly these settings. */
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
