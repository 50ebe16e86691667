import type { EmbeddedService, Log } from './embedded-service.ts'
import { generateSecret } from './files/secret.ts'
import { keepRunning } from './processes/keep-running.ts'
import { findProgram } from './processes/program.ts'
import type { ServerProcess } from './processes/server-process.ts'
import { startInstalledServer } from './redis/installed.ts'
import { startWebAssemblyValkey } from './redis/valkey.ts'

export interface EmbeddedRedisOptions {
  /** Working folder of an installed server; default: the temporary folder. Nothing is stored there. */
  readonly directory?: string | undefined
  /** TCP port on 127.0.0.1; a free one by default. */
  readonly port?: number | undefined
  /** `webassembly` ignores installed servers. */
  readonly implementation?: 'installed-first' | 'webassembly'
  readonly log: Log
}

/** A cache: when it is full, the least recently used keys are evicted. */
const defaultSettings = ['maxmemory 64mb', 'maxmemory-policy allkeys-lru']

/**
 * Starts a private Redis server that keeps its data in memory only: an installed `redis-server` or `valkey-server`, or else the
 * Valkey that npm installed as WebAssembly. It is restarted when it dies and ends with this process. A password keeps out other
 * users of the machine and its browsers.
 *
 * @throws Error with one line when the port is taken
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedService> {
  const { directory, port: requestedPort, log } = options
  const password = generateSecret()
  const program = options.implementation === 'webassembly' ? undefined : await findInstalledServer()
  const start = (onPort: number | undefined): Promise<{ server: ServerProcess; port: number }> =>
    program
      ? startInstalledServer({ program, directory, port: onPort, password, settings: defaultSettings })
      : startWebAssemblyValkey({ port: onPort, password, settings: defaultSettings })
  const { server, port } = await start(requestedPort)
  // Clients know the port and the password, so both stay the same.
  const restart = async (): Promise<ServerProcess> => (await start(port)).server
  const kept = keepRunning({ name: 'redis', first: server, restart, log })
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    source: `${program ? `private ${program}` : 'embedded Valkey (WebAssembly)'} on port ${port}`,
    givenUp: kept.givenUp,
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  }
}

async function findInstalledServer(): Promise<string | undefined> {
  return (await findProgram('redis-server')) ?? (await findProgram('valkey-server'))
}
