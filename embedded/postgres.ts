import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { EmbeddedService, Log } from './embedded-service.ts'
import { makePrivateFolder } from './files/folder.ts'
import { lockFolder, type FolderLock } from './files/lock.ts'
import { keepSecret } from './files/secret.ts'
import { serverAccount } from './postgres/account.ts'
import { postgresUrl } from './postgres/address.ts'
import { preparePostgresBinaries } from './postgres/binaries.ts'
import { ensureCluster } from './postgres/cluster.ts'
import { stopServerLeftBehind } from './postgres/left-behind.ts'
import { lastFailure, startServer } from './postgres/server.ts'
import { keepRunning, NotOurs } from './processes/keep-running.ts'

export interface EmbeddedPostgresOptions {
  /** Holds the data, the password and the server's log; created when absent. One process owns it at a time. */
  readonly directory: string
  /** TCP port on 127.0.0.1; a free one by default. */
  readonly port?: number | undefined
  /** False for data that may be lost, as in tests: commits then do not wait for the disk. */
  readonly durable?: boolean
  /** More server settings (`postgresql.conf`); they override those chosen here. */
  readonly settings?: Readonly<Record<string, string>>
  readonly log: Log
}

const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  max_wal_size: '512MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Constraint violations are reported to the client; the log is for what concerns the server itself.
  log_min_messages: 'log',
}

const notDurable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * Starts the PostgreSQL that npm installed, on a folder that the first start initialises. The server is restarted when it dies
 * and ends with this process; one that outlived its killed owner is stopped first.
 *
 * @throws Error with one line when a running process owns the folder, when the folder is full or not writable, or when the port
 * is taken
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedService> {
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

async function startOwned(
  directory: string,
  lock: FolderLock,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedService> {
  const { durable = true, settings, log } = options
  const data = join(directory, 'data')
  const account = serverAccount(data)
  const binaries = await preparePostgresBinaries(account)
  const password = await keepPassword(directory, data)

  const leftBehind = await stopServerLeftBehind(data)
  if (leftBehind !== undefined) log(`postgres: stopped process ${leftBehind}, which had outlived its owner`)
  await ensureCluster({ directory, binaries, account, password, durable })
  const serverOptions = {
    program: binaries.postgres,
    account,
    directory,
    settings: { ...defaultSettings, ...(durable ? {} : notDurable), ...settings },
  }
  const { server, port } = await startServer({ ...serverOptions, port: options.port })
  const kept = keepRunning({
    name: 'postgres',
    first: server,
    async restart() {
      if (!lock.isHeld()) throw new NotOurs(`another process has taken ${directory} over`)
      await stopServerLeftBehind(data)
      return (await startServer({ ...serverOptions, port })).server
    },
    reason: () => lastFailure(directory),
    log,
  })

  return {
    url: postgresUrl(password, port),
    source: `embedded PostgreSQL ${binaries.version} on port ${port}, data in ${directory}`,
    givenUp: kept.givenUp,
    async [Symbol.asyncDispose]() {
      await kept[Symbol.asyncDispose]()
      lock[Symbol.dispose]()
    },
  }
}

/** The superuser's password is fixed when the data is first set up; a new one would not open it. */
async function keepPassword(directory: string, data: string): Promise<string> {
  const file = join(directory, 'password')
  if (!existsSync(data) || existsSync(file)) return keepSecret(file)
  throw new Error(`${file} is missing, and the data in ${data} cannot be opened without it.`)
}
