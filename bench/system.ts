import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../start/index.ts', import.meta.url))

/** The whole system in one process of its own. */
export interface MeasuredSystem extends AsyncDisposable {
  readonly pid: number
  readonly restUrl: string
}

/** Starts the system as in production on free ports; ready when it says so. */
export async function startMeasuredSystem(settings: Readonly<Record<string, string>>): Promise<MeasuredSystem> {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      EMBEDDED: 'true',
      SEED: 'false',
      LOG_LEVEL: 'error',
      HOST: '127.0.0.1',
      REST_PORT: '0',
      GRAPHQL_PORT: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const restUrl = /REST\s+(http:\/\/[^/\s]+)/.exec(line)?.[1]
    if (restUrl === undefined || child.pid === undefined) continue
    child.stdout.resume()
    return { pid: child.pid, restUrl, [Symbol.asyncDispose]: stop }
  }
  throw new Error('the system ended before it listened')
}
