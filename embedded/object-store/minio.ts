import { resolve } from 'node:path'
import type { EmbeddedService, Log } from '../embedded-service.ts'
import { makePrivateFolder } from '../files/folder.ts'
import { lockFolder } from '../files/lock.ts'
import { findFreePort } from '../processes/free-port.ts'
import { keepRunning } from '../processes/keep-running.ts'
import { startServerProcess, type ServerProcess } from '../processes/server-process.ts'
import { waitUntil } from '../processes/wait-until.ts'

export interface MinioOptions {
  /** Absolute path of `minio`. */
  readonly program: string
  readonly directory: string
  /** The address to listen on, for example `0.0.0.0`. */
  readonly host: string
  /** A free port by default. */
  readonly port: number | undefined
  readonly accessKey: string
  /** At least 8 characters. */
  readonly secretKey: string
  readonly log: Log
}

const startTimeoutMs = 30_000

/** Starts a private MinIO on a folder; it ends with this process. Rejects with a one-line reason. */
export async function startMinio(options: MinioOptions): Promise<EmbeddedService> {
  const directory = resolve(options.directory)
  await makePrivateFolder(directory)
  const lock = lockFolder(directory)
  try {
    return await startOwned(directory, lock, options)
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}

async function startOwned(directory: string, lock: Disposable, options: MinioOptions): Promise<EmbeddedService> {
  const { program, host, log } = options
  const port = options.port ?? (await findFreePort())
  let output = (): string => ''
  async function start(): Promise<ServerProcess> {
    const launched = await launch(directory, port, options)
    output = launched.output
    return launched.server
  }
  const kept = keepRunning({
    name: 'object store',
    first: await start(),
    restart: start,
    reason: () => Promise.resolve(failureReason(output())),
    log,
  })
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    source: `private ${program} on port ${port}, data in ${directory}`,
    givenUp: kept.givenUp,
    async [Symbol.asyncDispose]() {
      await kept[Symbol.asyncDispose]()
      lock[Symbol.dispose]()
    },
  }
}

async function launch(
  directory: string,
  port: number,
  { program, host, accessKey, secretKey }: MinioOptions,
): Promise<{ server: ServerProcess; output: () => string }> {
  const env = {
    HOME: directory,
    MINIO_ROOT_USER: accessKey,
    MINIO_ROOT_PASSWORD: secretKey,
    MINIO_BROWSER: 'off',
    MINIO_UPDATE: 'off',
  }
  const server = await startServerProcess(
    program,
    ['server', '--address', `${host}:${port}`, directory],
    { env, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
    [
      ['SIGTERM', 10_000],
      ['SIGKILL', 5000],
    ],
  )
  let output = ''
  for (const stream of [server.child.stdout, server.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (output = (output + part).slice(-4000)))
  }
  // Read from its output, because another server may already answer on the port.
  const isReady = () => /^API: /m.test(output)
  await waitUntil(() => server.hasEnded() || isReady(), startTimeoutMs)
  if (server.hasEnded() || !isReady()) {
    await server[Symbol.asyncDispose]()
    throw new Error(`MinIO could not start on port ${port}: ${failureReason(output)}`)
  }
  return { server, output: () => output }
}

function failureReason(output: string): string {
  return /^(?:FATAL|ERROR) (.*)$/m.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? ''
}
