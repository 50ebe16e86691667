import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import { Unavailable } from '../runtime/errors.ts'
import { isHost } from './host.ts'
import type { Logger } from '../runtime/logger.ts'
import { takeTurns } from './request-turns.ts'
import { rereadAddress } from './raw-addresses.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a route takes files, which may be long on their way. */
    takesFiles?: boolean
  }
}

export interface HttpServerOptions {
  /** Whose X-Forwarded-* headers are believed: addresses, ranges (CIDR), or the names that `readEnvironment` knows. */
  readonly trustedProxies: readonly string[]
  /** What a body may weigh that is no file, in bytes. */
  readonly bodyBytes: number
  /** What a request's head may weigh, in bytes. */
  readonly headBytes: number
  /** The answer to a request whose head cannot be read, which no route ever sees. */
  readonly answerUnreadable: (why: Unreadable, requestId: string) => { readonly status: number; readonly body: object }
  /** Less of it than clients usually meet. */
  readonly patience?: Partial<Patience> | undefined
  readonly log: Logger
}

/** What is wrong with a head: it is too long, did not come in time, or is no HTTP. */
export type Unreadable = 'too long' | 'too slow' | 'malformed'

/** How long clients are waited for, in milliseconds. */
export interface Patience {
  readonly head: number
  /** For a body that is no file. */
  readonly body: number
  /** For a request with a file, over a bad connection. */
  readonly file: number
  /** For ten kilobytes of a file, as long as it is on its way. */
  readonly pieceOfFile: number
  /** On a connection on which nothing moves; the longest answer takes less. */
  readonly silence: number
  /** For what is under way when the door closes. */
  readonly closing: number
}
const usualPatience: Patience = {
  head: 10_000,
  body: 20_000,
  file: 1_800_000,
  pieceOfFile: 15_000,
  silence: 120_000,
  closing: 10_000,
}
/** How long a client may go on sending a head that was refused already. */
const lingerMs = 5_000
/** How often Node looks for heads and requests that are late. */
const lookEveryMs = 2_000

/** For every answer that is no page; a route that serves one says what that may load. */
export const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const

const writtenHeaders = Object.entries(securityHeaders)

/** An HTTP server for clients, with a deadline for everything that they may be slow at; it does not listen yet. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const logger: FastifyBaseLogger = options.log
  const patience = { ...usualPatience, ...options.patience }
  const isBehindProxy = options.trustedProxies.length > 0
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One for each request costs more than reading its address, and what is logged here names the request itself.
    childLoggerFactory: (parent) => parent,
    trustProxy: isBehindProxy && [...options.trustedProxies],
    // What still comes on an open connection is answered, and the connection closed; a client would not know another form.
    return503OnClosing: false,
    bodyLimit: options.bodyBytes,
    connectionTimeout: patience.silence,
    requestTimeout: patience.file,
    http: {
      maxHeaderSize: options.headBytes,
      headersTimeout: patience.head,
      connectionsCheckingInterval: Math.min(lookEveryMs, patience.head),
    },
    // A base address that ends in a slash is the commonest mistake in a client's settings.
    routerOptions: { ignoreDuplicateSlashes: true },
    genReqId: () => randomUUID(),
    clientErrorHandler(error, socket) {
      if (rereadAddress(app.server, error, socket)) return
      const requestId = randomUUID()
      answerUnreadable(socket, options.answerUnreadable(reasonOf(error.code), requestId), requestId)
    },
    // An address that cannot be decoded comes to no route, and past the hooks.
    frameworkErrors(_error, request, reply) {
      const { status, body } = options.answerUnreadable('malformed', request.id)
      const { raw } = reply.hijack()
      raw.writeHead(status, {
        ...securityHeaders,
        'content-type': 'application/json; charset=utf-8',
        'x-request-id': request.id,
      })
      raw.end(JSON.stringify(body))
    },
  })
  takeTurns(app.server)
  let isClosing = false
  app.addHook('preClose', (done) => {
    isClosing = true
    const deadline = setTimeout(() => app.server.closeAllConnections(), patience.closing)
    app.server.once('close', () => clearTimeout(deadline))
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of writtenHeaders) void reply.header(name, value)
    void reply.header('x-request-id', request.id)
    // It becomes part of the URLs in answers. HTTP/1.0 needs none.
    if (request.host !== '' && !isHost(request.host)) {
      return void reply.code(400).send(options.answerUnreadable('malformed', request.id).body)
    }
    // This process itself speaks no TLS.
    if (isBehindProxy && request.protocol === 'https')
      void reply.header('strict-transport-security', 'max-age=31536000')
    if (sendsFile(request)) closeWhenFileIsSlow(request, patience.pieceOfFile)
    else closeWhenBodyIsLate(request, patience.body)
    // A file would be cut off on its way.
    done(isClosing && sendsFile(request) ? new Unavailable() : undefined)
  })
  return app
}

function sendsFile({ method, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.takesFiles === true && (method === 'POST' || method === 'PUT')
}

const pieceBytes = 10_000

/** A file that comes by the drop would hold a connection, and a file behind it, for as long as it likes. */
function closeWhenFileIsSlow({ raw }: FastifyRequest, ms: number): void {
  const { socket } = raw
  let seen = socket.bytesRead
  const timer = setInterval(() => {
    // What waits to be read here was sent in time.
    const isSlow = socket.bytesRead - seen < pieceBytes && raw.readableLength === 0
    seen = socket.bytesRead
    if (isSlow && !raw.complete) raw.destroy()
  }, ms)
  const stop = (): void => clearInterval(timer)
  raw.once('end', stop).once('close', stop)
}

function closeWhenBodyIsLate(request: FastifyRequest, ms: number): void {
  const { raw } = request
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers
  if ((length === '0' && encoding === undefined) || request.routeOptions.config.takesFiles) return
  const deadline = setTimeout(() => raw.destroy(), ms)
  const stop = (): void => clearTimeout(deadline)
  raw.once('end', stop).once('close', stop)
}

function reasonOf(code: string): Unreadable {
  if (code === 'HPE_HEADER_OVERFLOW') return 'too long'
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'too slow' : 'malformed'
}

/** Writes an answer past the parser, which gave up, and lets the client read it before the connection goes. */
function answerUnreadable(
  socket: Socket,
  { status, body }: { readonly status: number; readonly body: object },
  requestId: string,
): void {
  // Each further piece of the same head comes here again.
  if (!socket.writable) return
  const content = JSON.stringify(body)
  socket.removeAllListeners('data').resume()
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(content)}`,
      `X-Request-Id: ${requestId}`,
      ...writtenHeaders.map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      content,
    ].join('\r\n'),
  )
  const deadline = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(deadline))
}
