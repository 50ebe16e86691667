import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EmbeddedService, Log } from '../embedded-service.ts'
import { errorCode } from './errors.ts'
import { lockFolder } from './folder-lock.ts'
import { createHandler, type Handler } from './handler.ts'
import { openObjectFolder } from './object-folder.ts'

export interface EmbeddedS3Options {
  /** Where buckets are kept; created if it does not exist. */
  readonly directory: string
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number | undefined
  readonly accessKey: string
  readonly secretKey: string
  readonly log: Log
}

/** How long a connection may stand still, between requests and within one, in milliseconds. */
const idleConnection = 65_000
const idleRequest = 120_000

/** How long requests may go on when the server is told to stop, in milliseconds. */
const gracePeriod = 2_000

/**
 * Starts an S3 server over a folder, in this process. Throws an error of one clear line where the folder cannot be
 * used, or is by another server, or where the port is taken.
 */
export async function startEmbeddedS3(options: EmbeddedS3Options): Promise<EmbeddedService> {
  const { directory, host = '127.0.0.1', port = 0, log } = options
  const unusable = `S3 cannot use the folder ${directory}`
  await explaining(unusable, mkdir(directory, { recursive: true }))
  const lock = await lockFolder(directory)
  try {
    const onDamage = (path: string, error: unknown) => log(`S3 cannot read the object in ${path}: ${String(error)}`)
    const folder = await explaining(unusable, openObjectFolder(directory, onDamage))
    const running = createRunningServer(createHandler(folder, options, log))
    await explaining(`S3 cannot listen on ${host}:${port}`, listen(running.server, host, port))
    const { port: chosenPort } = running.server.address() as AddressInfo
    return {
      url: `http://${reachable(host)}:${chosenPort}`,
      source: `S3 over ${directory}`,
      async [Symbol.asyncDispose]() {
        await running.stop()
        await lock[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

/** An HTTP server that can be stopped without cutting short what it is doing. */
function createRunningServer(handler: Handler) {
  const active = new Set<Promise<void>>()
  const handle = (incoming: IncomingMessage, response: ServerResponse) => {
    const exchange = handler(incoming, response).finally(() => active.delete(exchange))
    active.add(exchange)
  }
  // The upload of a big file over a slow line may take hours; it only must not stand still.
  const server = createServer({ keepAliveTimeout: idleConnection, requestTimeout: 0 }, handle)
  server.timeout = idleRequest
  // Else node:http asks for the body before anybody looked at the signature.
  server.on('checkContinue', handle)
  return {
    server,
    async stop(): Promise<void> {
      const closed = once(server, 'close')
      server.close()
      const cutOff = setTimeout(() => server.closeAllConnections(), gracePeriod)
      await closed
      clearTimeout(cutOff)
      await Promise.all(active)
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  // Not to be shared between the workers of a cluster: see `lockFolder`.
  server.listen({ host, port, exclusive: true })
  await once(server, 'listening')
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the port is already in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'it is not a folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'it is not a folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
}

/** Says in one line what failed, and why. */
async function explaining<T>(failure: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const reason = reasons[errorCode(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
    throw new Error(`${failure}: ${reason}`, { cause: error })
  }
}
