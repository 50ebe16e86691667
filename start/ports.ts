import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Environment } from '../platform/runtime/environment.ts'
import { CannotStart } from './running.ts'

/** Below the ephemeral ports, which begin at 32 768 on Linux. */
const freePorts = { first: 10_000, end: 30_000 }
const attempts = 20

/** The default ports. */
export const usualPorts = {
  REST_PORT: 8080,
  GRAPHQL_PORT: 4000,
  OBJECT_STORE_PORT: 9000,
  SUBGRAPH_PORT: 4001,
  METRICS_PORT: 9464,
} as const
export type PortSetting = keyof typeof usualPorts

/**
 * Starts listening.
 *
 * @returns the address to reach the server from this machine.
 * @throws CannotStart when the port is taken or not permitted.
 */
export async function listen(app: FastifyInstance, environment: Environment, setting: PortSetting): Promise<string> {
  const { HOST: host, [setting]: port = usualPorts[setting] } = environment
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw explain(error, host, port, setting)
  }
  const address = app.server.address()
  const opened = typeof address === 'object' && address ? address.port : port
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${opened}`
}

/**
 * A port that other processes can open now, and again after a restart: the given one, or any free one for 0. By default it is
 * the usual one, or a free one if that is taken, which is printed.
 *
 * @throws CannotStart when the port is taken or not permitted.
 */
export async function choosePort(
  host: string,
  asked: number | undefined,
  setting: PortSetting,
  print: (line: string) => void,
): Promise<number> {
  const port = asked ?? usualPorts[setting]
  for (let attempt = 1; ; attempt++) {
    const chosen = port === 0 || attempt > 1 ? randomInt(freePorts.first, freePorts.end) : port
    try {
      await openOnce(host, chosen)
      if (chosen !== port && port !== 0)
        print(`Port ${port} is in use; using ${chosen} instead. Set ${setting} to choose another.`)
      return chosen
    } catch (error) {
      const isFree = port === 0 || (asked === undefined && (error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      if (!isFree || attempt === attempts) throw explain(error, host, chosen, setting)
    }
  }
}

async function openOnce(host: string, port: number): Promise<void> {
  const server = createServer().listen({ host, port })
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

/** Why a port cannot be opened, in one line when the operator can fix it. */
function explain(error: unknown, host: string, port: number, setting: PortSetting): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return new CannotStart(`Port ${port} is in use; set ${setting} to another one.`)
  if (code === 'EACCES')
    return new CannotStart(`Port ${port} may not be opened by this user; set ${setting} to another one.`)
  if (code === 'EADDRNOTAVAIL')
    return new CannotStart(`${host} is not an address of this machine; set HOST to one that is.`)
  return error
}
