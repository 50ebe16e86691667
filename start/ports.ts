import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { CannotStart } from './running.ts'

/** Below those that systems lend to outgoing connections, which on Linux begin at 32 768. */
const freePorts = { first: 10_000, end: 30_000 }
const attempts = 20

/**
 * Opens a door.
 *
 * @returns the address to reach it from this machine.
 * @throws CannotStart when the port is taken or may not be opened.
 */
export async function listen(app: FastifyInstance, host: string, port: number, setting: string): Promise<string> {
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
 * A port that other processes can open now, and again when they are replaced: the given one, or any free one for 0.
 *
 * @throws CannotStart when it is taken or may not be opened.
 */
export async function choosePort(host: string, port: number, setting: string): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const chosen = port === 0 ? randomInt(freePorts.first, freePorts.end) : port
    try {
      await openOnce(host, chosen)
      return chosen
    } catch (error) {
      if (port !== 0 || attempt === attempts) throw explain(error, host, chosen, setting)
    }
  }
}

async function openOnce(host: string, port: number): Promise<void> {
  const server = createServer().listen({ host, port })
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

/** Why a port cannot be opened, in one line when the person who starts the process can mend it. */
function explain(error: unknown, host: string, port: number, setting: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return new CannotStart(`Port ${port} is in use; set ${setting} to another one.`)
  if (code === 'EACCES') return new CannotStart(`Port ${port} may not be opened; set ${setting} to another one.`)
  if (code === 'EADDRNOTAVAIL')
    return new CannotStart(`${host} is no address of this machine; set HOST to one that is.`)
  return error
}
