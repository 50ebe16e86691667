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

/** How long a connection may take to send a request's headers, the pause before them included, in milliseconds. */
const idleConnection = 65_000

/** How long a connection may stand still within a request, in milliseconds. */
const idleRequest = 120_000

/** How long requests may go on when the server is told to stop, in milliseconds. */
const gracePeriod = 2_000

/**
 * Starts an S3 server over a folder, in this process. Throws an error of one clear line where the folder cannot be
 * used, or is by another server, or where the port is taken.
 */
export async function startEmbeddedS3(options: EmbeddedS3Options): Promise<EmbeddedService> {
  const { directory, host = '127.0.0.1', port = 0, accessKey, secretKey, log } = options
  await makePrivateFolder(directory)
  // Two indexes over one folder would lose each other's writes.
  const lock = lockFolder(directory)
  try {
    const onDamage = (path: string, error: unknown) => log(`S3 cannot read the object in ${path}: ${String(error)}`)
    const folder = await openObjectFolder(directory, onDamage)
    const running = createRunningServer(createHandler(folder, { accessKey, secretKey }, log))
    await listen(running.server, host, port)
    running.server.on('error', (error) => log(`S3 cannot take a connection: ${error.message}`))
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

/** An HTTP server that can be stopped without cutting short what it is doing. */
function createRunningServer(handler: Handler) {
  const active = new Set<Promise<unknown>>()
  const handle = (incoming: IncomingMessage, response: ServerResponse) => {
    const settled: Promise<unknown> = handler(incoming, response)
      // Not even the refusal could be written.
      .catch(() => incoming.destroy())
      .then(() => active.delete(settled))
    active.add(settled)
  }
  // The upload of a big file over a slow line may take hours; it only must not stand still.
  const server = createServer(
    { headersTimeout: idleConnection, keepAliveTimeout: idleConnection, requestTimeout: 0 },
    handle,
  )
  server.timeout = idleRequest
  // Else node:http asks for the body before anybody looked at the signature.
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
  // Not to be shared between the workers of a cluster, each of which would answer from an index of its own.
  server.listen({ host, port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason = reasons[errorCode(error) ?? ''] ?? String(error)
    throw new Error(`S3 cannot listen on ${host}:${port}: ${reason}.`, { cause: error })
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use that port',
  EADDRINUSE: 'the port is already in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
