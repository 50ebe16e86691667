import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { explainFolderError } from '../files/folder.ts'
import { findFreePort } from '../processes/free-port.ts'
import { startServerProcess, type ServerProcess } from '../processes/server-process.ts'
import type { StopStep } from '../processes/stop.ts'
import { waitUntil } from '../processes/wait-until.ts'
import { dataArgument, type ServerAccount } from './account.ts'
import { failureReason } from './failure.ts'
import { readServerStatus } from './status.ts'

export interface ServerOptions {
  /** The path of `postgres`. */
  readonly program: string
  readonly account: ServerAccount
  /** Holds `data` and receives `server.log`. */
  readonly directory: string
  readonly port: number | undefined
  readonly settings: Readonly<Record<string, string>>
}

/**
 * The signals that stop a server, and how long to wait for each in milliseconds: the first disconnects all clients and writes
 * the state; a server that was ended by a later one recovers from its log at the next start.
 */
export const shutdownSteps: readonly [StopStep, ...StopStep[]] = [
  ['SIGINT', 15_000],
  ['SIGQUIT', 5000],
  ['SIGKILL', 5000],
]

/** Recovery after a crash may have to replay much of the log. Milliseconds. */
const startTimeoutMs = 120_000

const startAttempts = 6

/** These problems pass: a free port was taken, or the backends of a killed server have not ended yet. */
const portTaken = /Address already in use/
const stillShuttingDown = /pre-existing shared memory block/

/** Starts a server on an initialised folder and resolves when it accepts connections. Rejects with a one-line reason. */
export async function startServer(options: ServerOptions): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort())
    const server = await launch(options, port)
    const isReady = () => {
      const status = readServerStatus(join(options.directory, 'data'))
      return status?.ready === true && status.pid === server.child.pid
    }
    await waitUntil(() => server.hasEnded() || isReady(), startTimeoutMs)
    if (!server.hasEnded() && isReady()) return { server, port }

    await server[Symbol.asyncDispose]()
    const reason = await lastFailure(options.directory)
    const passes = stillShuttingDown.test(reason) || (options.port === undefined && portTaken.test(reason))
    if (!passes || attempt === startAttempts) {
      throw new Error(`PostgreSQL could not start on port ${port} with ${options.directory}: ${reason}`)
    }
    await delay(attempt * 100)
  }
}

/** Why the latest server on a folder failed, or where to read more. */
export async function lastFailure(directory: string): Promise<string> {
  const log = join(directory, 'server.log')
  return failureReason(await readFile(log, 'utf8').catch(() => '')) ?? `see ${log}`
}

async function launch({ program, account, directory, settings }: ServerOptions, port: number): Promise<ServerProcess> {
  const data = join(directory, 'data')
  const chosen = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const output = openServerLog(directory)
  try {
    return await startServerProcess(
      program,
      ['-D', dataArgument(data, account), ...chosen],
      { ...account, cwd: data, env: {}, stdio: ['ignore', output, output] },
      shutdownSteps,
    )
  } finally {
    closeSync(output)
  }
}

function openServerLog(directory: string): number {
  try {
    return openSync(join(directory, 'server.log'), 'w', 0o600)
  } catch (error) {
    throw explainFolderError(directory, error)
  }
}
