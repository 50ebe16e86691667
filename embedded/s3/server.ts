import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EmbeddedService, Log } from '../embedded-service.ts'
import { makePrivateFolder } from '../files/folder.ts'
import { lockFolder } from '../files/lock.ts'
import { errorCode } from './errors.ts'
import { createHandler, type Handler } from './handler.ts'
import { openObjectFolder } from './object-folder.ts'

export interface EmbeddedS3Options {
  /** Where buckets are stored; created if it does not exist. */
  readonly directory: string
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number | undefined
  readonly accessKey: string
  readonly secretKey: string
  readonly log: Log
}

/** How long a connection may wait for the headers of a request, including the pause before it, in milliseconds. */
const idleConnection = 65_000

/** How long a connection may be idle during a request, in milliseconds. */
const idleRequest = 120_000

/** Connection draining: how long requests may continue when the server stops, in milliseconds. */
const gracePeriod = 2_000

/**
 * Starts an S3 server on a folder, in this process. Throws an error with one line when the folder cannot be used, another
 * server uses it, or the port is taken.
 */
export async function startEmbeddedS3(options: EmbeddedS3Options): Promise<EmbeddedService> {
  const { directory, host = '127.0.0.1', port = 0, accessKey, secretKey, log } = options
  await makePrivateFolder(directory)
  // Two indexes on one folder would lose each other's writes.
  const lock = lockFolder(directory)
  try {
    const onDamage = (path: string, error: unknown) => log(`S3 cannot read the object in ${path}: ${String(error)}`)
    const folder = await openObjectFolder(directory, onDamage)
    const running = createRunningServer(createHandler(folder, { accessKey, secretKey }, log))
    await listen(running.server, host, port)
    running.server.on('error', (error) => log(`S3 cannot accept a connection: ${error.message}`))
    const { port: chosenPort } = running.server.address() as AddressInfo
    return {
      url: `http://${reachable(host)}:${chosenPort}`,
      source: `embedded S3 server on port ${chosenPort}, data in ${directory}`,
      async [Symbol.asyncDispose]() {
        await running.stop()
        lock[Symbol.dispose]()
      },
    }
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}

/** An HTTP server that lets requests in progress finish when it stops. */
function createRunningServer(handler: Handler) {
  const active = new Set<Promise<unknown>>()
  const handle = (incoming: IncomingMessage, response: ServerResponse) => {
    const settled: Promise<unknown> = handler(incoming, response)
      // Not even the error could be sent.
      .catch(() => incoming.destroy())
      .then(() => active.delete(settled))
    active.add(settled)
  }
  // Uploading a big file over a slow connection may take hours; only idle connections time out.
  const server = createServer(
    { headersTimeout: idleConnection, keepAliveTimeout: idleConnection, requestTimeout: 0 },
    handle,
  )
  server.timeout = idleRequest
  // Otherwise node:http requests the body before the signature is checked.
  server.on('checkContinue', handle)
  return {
    server,
    async stop(): Promise<void> {
      if (!server.listening) return
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
  // Not shared between the workers of a cluster, because each would have an index of its own.
  server.listen({ host, port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason = reasons[errorCode(error) ?? ''] ?? String(error)
    throw new Error(`S3 cannot listen on ${host}:${port}: ${reason}.`, { cause: error })
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user is not allowed to use that port',
  EADDRINUSE: 'the port is already in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
