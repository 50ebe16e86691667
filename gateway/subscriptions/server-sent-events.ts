import type { OutgoingHttpHeaders } from 'node:http'
import { openStreams } from '../../platform/metrics/measured.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OperationTypeNode, type GraphQLError } from 'graphql'
import type { Call } from '../../platform/graphql/call.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import { errorCodeOf, Unauthenticated } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Authentication } from '../authentication/authentication.ts'
import { mutationByGet, RejectedRequest } from '../http/rejected-request.ts'
import { readGraphqlRequest } from '../http/request.ts'
import type { Operations } from '../operation/operations.ts'
import { isPrepared } from '../operation/prepared-operation.ts'
import { presentError } from '../operation/presented-errors.ts'
import { presentUnprepared } from '../operation/unprepared.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { EventStreams } from './event-streams.ts'
import { tooManyConnections } from './errors.ts'
import type { Subscribe } from './subscribe.ts'

export interface ServerSentEventsOptions {
  /** Where a client asks for a stream by its Accept header. */
  readonly paths: readonly string[]
  /** Where there are streams alone. */
  readonly streamPaths: readonly string[]
  readonly readCall: (request: FastifyRequest) => Call
  readonly authentication: Pick<Authentication, 'identify' | 'watch'>
  readonly operations: Operations
  readonly subscribe: Subscribe
  readonly streams: Pick<EventStreams, 'hold' | 'cursor'>
  readonly limits: ConnectionLimits
  /** How often a comment is sent, which keeps proxies from closing a connection on which nothing happens. */
  readonly pingMs: number
  readonly log: Logger
}

/** What may wait to be read by a client before it counts as one that does not read. */
const mostWaitingBytes = 1024 * 1024

/**
 * Serves operations as server-sent events, one operation a request ("distinct connections" of the GraphQL over SSE protocol).
 * Each event has its cursor for an id, so a browser's EventSource goes on behind it by itself.
 */
export function serveServerSentEvents(app: FastifyInstance, options: ServerSentEventsOptions): Disposable {
  const { readCall, authentication, operations, subscribe, streams, limits, log } = options
  const open = new Set<() => void>()

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const call = readCall(request)
    const { query, operationName, variables = {} } = readGraphqlRequest(request)
    if (query === undefined)
      throw new RejectedRequest(400, { en: 'The request has no "query".', zh: '请求缺少 query。' })
    const operation = operations.prepare(query, operationName, 'client')
    if (!isPrepared(operation)) return refuse(reply, [presentUnprepared(operation, query, call)])
    if (request.method === 'GET' && operation.kind === 'mutation') throw mutationByGet()
    let caller: Caller
    try {
      caller = await authentication.identify(call)
    } catch (error) {
      return refuse(reply, [presentError(error, call, log)])
    }
    if (operation.node.operation !== OperationTypeNode.SUBSCRIPTION) {
      const result = await operations.answer(operation, variables, caller, 'client')
      if (!('data' in result)) return refuse(reply, result.errors ?? [])
      const stream = begin(request, reply)
      stream.write('next', JSON.stringify(result))
      stream.end()
      return undefined
    }
    return follow(request, reply, { operation, given: variables, caller }, call)
  }

  async function follow(
    request: FastifyRequest,
    reply: FastifyReply,
    subscribing: Parameters<Subscribe>[0],
    call: Call,
  ): Promise<FastifyReply | undefined> {
    const { viewer } = subscribing.caller
    if (!viewer) return refuse(reply, [presentError(new Unauthenticated(), call, log)])
    const places = [limits.enterAddress(call.clientAddress), await limits.enterUser(viewer.userId)]
    const leaveAll = (): void => {
      for (const place of places.splice(0)) place?.[Symbol.dispose]()
    }
    if (places.includes(null)) {
      leaveAll()
      throw tooManyConnections()
    }
    request.raw.socket.once('close', leaveAll)
    reply.raw.once('close', leaveAll)
    places.push(await streams.hold())
    if (request.raw.socket.destroyed || reply.raw.closed) {
      leaveAll()
      return undefined
    }
    const early: [string, string][] = []
    const opened: { stream?: EventStream } = {}
    const end = (error: Error): void => {
      opened.stream?.write('next', JSON.stringify({ errors: [presentError(error, call, log)] }))
      opened.stream?.end()
    }
    const lastEventId = request.headers['last-event-id']
    const joined = subscribe(
      { ...subscribing, lastEventId: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined },
      {
        identify: () => authentication.identify(call),
        next(text, cursor) {
          if (opened.stream) opened.stream.write('next', text, cursor)
          else early.push([text, cursor])
        },
        fail: end,
      },
    )
    if (typeof joined !== 'function') {
      leaveAll()
      return refuse(reply, joined)
    }
    const stream = (opened.stream = begin(request, reply))
    // Sets the id that a browser goes on from, and is no event (HTML Standard §9.2.6).
    if (lastEventId === undefined) stream.comment(`id: ${streams.cursor()}`)
    for (const [text, cursor] of early) stream.write('next', text, cursor)
    const watch = authentication.watch(call, () => end(new Unauthenticated()))
    reply.raw.once('close', () => {
      joined()
      watch[Symbol.dispose]()
    })
    return undefined
  }

  function begin(request: FastifyRequest, reply: FastifyReply): EventStream {
    void reply.headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-accel-buffering': 'no',
    })
    const headers = reply.getHeaders() as OutgoingHttpHeaders
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, headers)
    raw.flushHeaders()
    request.raw.socket.setNoDelay(true)
    const heartbeat = setInterval(() => send(':\n\n'), options.pingMs)
    heartbeat.unref()
    const stream: EventStream = {
      write: (event, data, id) => send(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`),
      comment: (line) => send(`${line}\n\n`),
      end() {
        if (!raw.writableEnded) raw.end('event: complete\ndata:\n\n')
      },
    }
    function send(text: string): void {
      if (raw.writableEnded || raw.destroyed) return
      raw.write(text)
      if (raw.writableLength > mostWaitingBytes) raw.destroy()
    }
    open.add(stream.end)
    raw.once('close', () => {
      clearInterval(heartbeat)
      open.delete(stream.end)
    })
    return stream
  }

  const config = { staysOpen: true }
  for (const url of options.paths) {
    app.route({
      method: ['GET', 'POST'],
      url,
      constraints: { answers: 'stream' },
      exposeHeadRoute: false,
      config,
      handler: handle,
    })
  }
  for (const url of options.streamPaths) {
    app.route({ method: ['GET', 'POST'], url, exposeHeadRoute: false, config, handler: handle })
  }
  const watched = openStreams.watch({ transport: 'server-sent events' }, () => open.size)
  return {
    [Symbol.dispose]() {
      watched[Symbol.dispose]()
      for (const end of [...open]) end()
    },
  }
}

interface EventStream {
  readonly write: (event: string, data: string, id?: string) => void
  readonly comment: (line: string) => void
  readonly end: () => void
}

function refuse(reply: FastifyReply, errors: readonly GraphQLError[]): FastifyReply {
  const code = errors[0] && errorCodeOf(errors[0])
  const statuses = { RATE_LIMITED: 429, UNAVAILABLE: 503, INTERNAL_SERVER_ERROR: 500, UNAUTHENTICATED: 401 }
  const status = code !== undefined && code in statuses ? statuses[code as keyof typeof statuses] : 400
  return reply.code(status).header('cache-control', 'no-store').send({ errors })
}
