import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** The socket of a request that asks to go over to WebSocket, and what was read of it already. */
export interface Upgrade {
  readonly socket: Duplex
  readonly head: Buffer
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/** The upgrade that a request asks for; undefined when it asks for none. */
export function upgradeOf({ raw }: FastifyRequest): Upgrade | undefined {
  return upgrades.get(raw)
}

/**
 * Lets requests that ask to go over to WebSocket pass the hooks and routes of an app, as other requests do: a route takes the
 * socket, or what answers the request is its answer. Other protocols are not spoken here, and a client that offers one
 * (curl offers HTTP/2 as `h2c`) is answered as if it had not (RFC 9110 §7.8).
 */
export function routeUpgrades(app: FastifyInstance): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]))
      app.server.emit('connection', socket)
      return
    }
    upgrades.set(request, { socket, head })
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as never)
    response.once('finish', () => socket.end())
    app.routing(request, response)
  })
}

const ofUpgrade = new Set(['upgrade', 'connection', 'http2-settings'])

function headWithoutUpgrade({ method = 'GET', url = '/', httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (!ofUpgrade.has(name.toLowerCase())) lines.push(`${name}: ${value}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
