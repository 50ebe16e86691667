import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import { Unavailable } from '../runtime/errors.ts'
import { isHost } from './host.ts'
import type { Logger } from '../runtime/logger.ts'
import { takeTurns } from './request-turns.ts'
import { rereadAddress } from './raw-addresses.ts'
import { httpRequests } from '../metrics/measured.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route accepts files, which may take long to arrive. */
    takesFiles?: boolean
    /** Whether its answers go on for as long as their clients like. */
    staysOpen?: boolean
  }
}

export interface HttpServerOptions {
  /** The name of the server in its measures. */
  readonly name: string
  /**
   * The proxies whose X-Forwarded-* headers are trusted: addresses, ranges (CIDR), or the names that `readEnvironment` knows.
   */
  readonly trustedProxies: readonly string[]
  /** Maximum size of a body without files, in bytes. */
  readonly bodyBytes: number
  /** Maximum size of a request head, in bytes. */
  readonly headBytes: number
  /** Builds the answer to a request whose head cannot be parsed; no route sees such a request. */
  readonly answerUnreadable: (why: Unreadable, requestId: string) => { readonly status: number; readonly body: object }
  /** Overrides of the default timeouts. */
  readonly timeouts?: Partial<Timeouts> | undefined
  readonly log: Logger
}

/** Why a request head was rejected: it is too long, did not arrive in time, or is not HTTP. */
export type Unreadable = 'too long' | 'too slow' | 'malformed'

/** How long the server waits for clients, in milliseconds. */
export interface Timeouts {
  readonly head: number
  /** For a body without files. */
  readonly body: number
  /** For a request with a file, over a slow connection. */
  readonly file: number
  /** For every ten kilobytes of a file while it is arriving. */
  readonly pieceOfFile: number
  /** For a connection on which no data moves; the slowest answer takes less. */
  readonly idle: number
  /** For requests in flight when the server closes. */
  readonly draining: number
}
const defaultTimeouts: Timeouts = {
  head: 10_000,
  body: 20_000,
  file: 1_800_000,
  pieceOfFile: 15_000,
  idle: 120_000,
  draining: 10_000,
}
/** How long a client may go on sending a head that was already rejected. */
const lingerMs = 5_000
/** How often Node checks for late heads and requests. */
const checkEveryMs = 2_000

/** For all answers except pages; a route that serves a page sets its own content security policy. */
export const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const

const writtenHeaders = Object.entries(securityHeaders)

/** Creates an HTTP server for clients, with a timeout for everything in which they may be slow; it does not listen yet. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const logger: FastifyBaseLogger = options.log
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const isBehindProxy = options.trustedProxies.length > 0
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One for each request costs more than reading its address, and what is logged here names the request itself.
    childLoggerFactory: (parent) => parent,
    trustProxy: isBehindProxy && [...options.trustedProxies],
    // Requests that still arrive on an open connection are answered before it is closed, because clients would not understand
    // Fastify's 503 body.
    return503OnClosing: false,
    bodyLimit: options.bodyBytes,
    connectionTimeout: timeouts.idle,
    requestTimeout: timeouts.file,
    http: {
      maxHeaderSize: options.headBytes,
      headersTimeout: timeouts.head,
      connectionsCheckingInterval: Math.min(checkEveryMs, timeouts.head),
    },
    // A base address that ends in a slash is the most common mistake in clients' settings.
    routerOptions: { ignoreDuplicateSlashes: true },
    genReqId: () => randomUUID(),
    clientErrorHandler(error, socket) {
      if (rereadAddress(app.server, error, socket)) return
      const requestId = randomUUID()
      answerUnreadable(socket, options.answerUnreadable(reasonOf(error.code), requestId), requestId)
    },
    // A URL that cannot be decoded reaches neither routes nor hooks.
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
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    // An unknown path is the client's choice, and there is no end of them.
    const route = routeOptions.url ?? 'none'
    httpRequests.of(options.name, method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1_000)
    done()
  })
  let isClosing = false
  app.addHook('preClose', (done) => {
    isClosing = true
    const deadline = setTimeout(() => app.server.closeAllConnections(), timeouts.draining)
    app.server.once('close', () => clearTimeout(deadline))
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of writtenHeaders) void reply.header(name, value)
    void reply.header('x-request-id', request.id)
    // The host becomes part of the URLs in answers. HTTP/1.0 does not require one.
    if (request.host !== '' && !isHost(request.host)) {
      return void reply.code(400).send(options.answerUnreadable('malformed', request.id).body)
    }
    // This process itself does not terminate TLS.
    if (isBehindProxy && request.protocol === 'https')
      void reply.header('strict-transport-security', 'max-age=31536000')
    if (sendsFile(request)) closeWhenFileIsSlow(request, timeouts.pieceOfFile)
    else closeWhenBodyIsLate(request, timeouts.body)
    // Closing would cut the file off.
    done(isClosing && sendsFile(request) ? new Unavailable() : undefined)
  })
  return app
}

function sendsFile({ method, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.takesFiles === true && (method === 'POST' || method === 'PUT')
}

const pieceBytes = 10_000

/** A file that trickles in would occupy a connection, and a temporary file, for as long as the client likes. */
function closeWhenFileIsSlow({ raw }: FastifyRequest, ms: number): void {
  const { socket } = raw
  let seen = socket.bytesRead
  const timer = setInterval(() => {
    // Bytes that wait to be read here arrived in time.
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

/**
 * Writes an answer directly to the socket, because the parser gave up, and lets the client read it before the connection
 * closes.
 */
function answerUnreadable(
  socket: Socket,
  { status, body }: { readonly status: number; readonly body: object },
  requestId: string,
): void {
  // Called again for each further piece of the same head.
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
