import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { WebSocketServer, type WebSocket } from 'ws'
import { openStreams } from '../../platform/metrics/measured.ts'
import type { AllowedOrigins } from '../../platform/http/cross-origin.ts'
import type { Call } from '../../platform/graphql/call.ts'
import { upgradeOf } from './upgrades.ts'
import { limits } from '../operation/admission.ts'
import { closeCodes, type CloseCode } from './close-codes.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { Connection, type ConnectionOptions, type Wire } from './connection.ts'
import { foreignOrigin, noWebSocketKey, tooManyConnections } from './errors.ts'

export interface WebSocketOptions extends ConnectionOptions {
  readonly paths: readonly string[]
  readonly limits: ConnectionLimits
  /** Whose pages may open sockets, beside those of this origin. */
  readonly allowedOrigins: AllowedOrigins
  readonly readCall: (request: FastifyRequest) => Call
  /** A client answers a ping before the next one, or is gone. */
  readonly pingMs: number
}

const subprotocol = 'graphql-transport-ws'
/** What may wait to be read by a client before it counts as one that does not read. */
const mostWaitingBytes = 1024 * 1024
/** How long a client may take to say goodbye. */
const closingMs = 2_000

/** Serves GraphQL over WebSocket (https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md). */
export function serveWebSockets(app: FastifyInstance, options: WebSocketOptions): Disposable {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (protocols) => (protocols.has(subprotocol) ? subprotocol : false),
  })
  const answered = new WeakSet<WebSocket>()
  const pings = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }, options.pingMs)
  pings.unref()
  const watched = openStreams.watch({ transport: 'websocket' }, () => server.clients.size)

  function handle(request: FastifyRequest, reply: FastifyReply): void {
    const call = options.readCall(request)
    const upgrade = upgradeOf(request)
    if (!upgrade || !/^[+/0-9A-Za-z]{22}==$/.test(request.headers['sec-websocket-key'] ?? '')) throw noWebSocketKey()
    if (!isAllowed(request.headers.origin, request.headers.host, call.origin)) throw foreignOrigin()
    const place = options.limits.enterAddress(call.clientAddress)
    if (!place) throw tooManyConnections()
    upgrade.socket.once('close', () => place[Symbol.dispose]())
    reply.hijack()
    reply.raw.detachSocket(upgrade.socket as never)
    server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) => open(socket, inOnePiece(call)))
  }

  function isAllowed(origin: string | undefined, host: string | undefined, own: string): boolean {
    if (origin === undefined || options.allowedOrigins === 'any' || options.allowedOrigins.includes(origin)) return true
    return origin === own || origin.replace(/^https?:\/\//, '') === host
  }

  function open(socket: WebSocket, call: Call): void {
    answered.add(socket)
    socket.on('pong', noteAnswer)
    socket.on('error', ignore)
    if (socket.protocol !== subprotocol) {
      close(socket, closeCodes.subprotocol)
      return
    }
    const connection = new Connection(options, call, new SocketWire(socket))
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) close(socket, closeCodes.badRequest)
      else connection.receive(data.toString())
    })
    socket.once('close', () => connection.end())
  }

  function noteAnswer(this: WebSocket): void {
    answered.add(this)
  }

  for (const url of options.paths) {
    app.route({
      method: 'GET',
      url,
      constraints: { answers: 'socket' },
      exposeHeadRoute: false,
      config: { staysOpen: true },
      handler: handle,
    })
  }

  return {
    [Symbol.dispose]() {
      clearInterval(pings)
      watched[Symbol.dispose]()
      for (const socket of server.clients) close(socket, closeCodes.goingAway)
    },
  }
}

/** Its request id is a rope of twenty pieces (`randomUUID` in lib/internal/crypto/random.js of Node), which each connection would keep. */
function inOnePiece(call: Call): Call {
  return { ...call, requestId: Buffer.from(call.requestId, 'latin1').toString('latin1') }
}

class SocketWire implements Wire {
  constructor(readonly socket: WebSocket) {}

  send(frame: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    this.socket.send(frame)
    if (this.socket.bufferedAmount > mostWaitingBytes) this.socket.terminate()
  }

  close(code: CloseCode): void {
    close(this.socket, code)
  }
}

/** What is wrong with a frame closes the socket. */
function ignore(): void {
  return undefined
}

function close(socket: WebSocket, { code, reason }: CloseCode): void {
  socket.close(code, reason)
  const deadline = setTimeout(() => socket.terminate(), closingMs)
  socket.once('close', () => clearTimeout(deadline))
}
