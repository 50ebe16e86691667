import { OperationTypeNode, type GraphQLError } from 'graphql'
import type { Call } from '../../platform/graphql/call.ts'
import type { Overload } from '../../platform/limits/overload.ts'
import { Unauthenticated, Unavailable } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Authentication } from '../authentication/authentication.ts'
import { presentUnprepared } from '../operation/unprepared.ts'
import type { Operations } from '../operation/operations.ts'
import { isPrepared } from '../operation/prepared-operation.ts'
import { presentError } from '../operation/presented-errors.ts'
import { callOfConnection } from './call-of-connection.ts'
import { readClientMessage, type SubscribeMessage } from './client-message.ts'
import { closeCodes, type CloseCode } from './close-codes.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { EventStreams } from './event-streams.ts'
import type { Subscribe } from './subscribe.ts'

/** What connections need of the gateway. */
export interface ConnectionOptions {
  readonly authentication: Pick<Authentication, 'identify' | 'watch'>
  readonly operations: Operations
  readonly subscribe: Subscribe
  readonly streams: Pick<EventStreams, 'hold' | 'cursor'>
  readonly limits: Pick<ConnectionLimits, 'enterUser'>
  readonly overload: Pick<Overload, 'rejectsNext' | 'enter'>
  readonly log: Logger
}

/** The socket below a connection. */
export interface Wire {
  send(frame: string): void
  close(code: CloseCode): void
}

/** One client of the GraphQL over WebSocket protocol. */
export interface Connection {
  /** Takes a frame of the client. */
  receive(frame: string): void
  /** Ends everything that the client asked for; the socket is closed. */
  end(): void
}

/** Operations under way on one connection. */
export const operationsPerConnection = 20
const initialisationMs = 5_000
/** How long a client waits for its streams to be known, before it is let in without. */
const holdingMs = 1_000

/**
 * Speaks the GraphQL over WebSocket protocol (`graphql-transport-ws`) with one client. Whatever it asks for passes what
 * it would pass over HTTP: its session, load, rates, form, cost and deadlines.
 *
 * @param request what the request said that opened the socket.
 */
export function openConnection(options: ConnectionOptions, request: Call, wire: Wire): Connection {
  const { authentication, operations, subscribe, streams, limits, overload, log } = options
  const underWay = new Map<string, () => void>()
  const held: Disposable[] = []
  let call: Call | null = null
  let isAcknowledged = false
  let hasEnded = false
  let timeout: NodeJS.Timeout | undefined = setTimeout(() => close(closeCodes.initialisationTimeout), initialisationMs)

  function end(): void {
    if (hasEnded) return
    hasEnded = true
    clearTimeout(timeout)
    for (const leave of underWay.values()) leave()
    underWay.clear()
    for (const resource of held.splice(0)) resource[Symbol.dispose]()
  }

  function close(code: CloseCode): void {
    if (hasEnded) return
    end()
    wire.close(code)
  }

  /** Keeps something until the connection ends. */
  function hold(resource: Disposable): void {
    if (hasEnded) resource[Symbol.dispose]()
    else held.push(resource)
  }

  async function initialise(parameters: unknown): Promise<void> {
    if (call) {
      close(closeCodes.tooManyInitialisations)
      return
    }
    const asking = (call = callOfConnection(request, parameters))
    try {
      const { viewer } = await authentication.identify(asking)
      if (viewer) {
        const place = await limits.enterUser(viewer.userId)
        if (!place) {
          close(closeCodes.tooManyConnections)
          return
        }
        hold(place)
        hold(authentication.watch(asking, () => close(closeCodes.unauthorized)))
        await Promise.race([streams.hold().then(hold), after(holdingMs)])
      }
    } catch (error) {
      close(error instanceof Unauthenticated ? closeCodes.unauthorized : closeCodes.tryAgainLater)
      return
    }
    if (hasEnded) return
    clearTimeout(timeout)
    // The context of this connection lives as long as it does.
    timeout = undefined
    isAcknowledged = true
    wire.send(JSON.stringify({ type: 'connection_ack', payload: { cursor: streams.cursor() } }))
  }

  function start({ id, payload }: SubscribeMessage): void {
    if (!isAcknowledged || !call) {
      close(closeCodes.unauthorized)
      return
    }
    if (underWay.has(id)) {
      close(closeCodes.alreadySubscribed)
      return
    }
    if (underWay.size >= operationsPerConnection) {
      close(closeCodes.tooManySubscriptions)
      return
    }
    // A subscriber that leaves before the stream has started receives nothing.
    underWay.set(id, () => undefined)
    void run(call, id, payload).catch((error: unknown) => {
      if (call) fail(id, [presentError(error, call, log)])
    })
  }

  async function run(asking: Call, id: string, payload: SubscribeMessage['payload']): Promise<void> {
    const leave = overload.enter()
    try {
      if (overload.rejectsNext()) throw new Unavailable()
      const operation = operations.prepare(payload.query, payload.operationName ?? undefined, 'client')
      if (!isPrepared(operation)) {
        fail(id, [presentUnprepared(operation, payload.query, asking)])
        return
      }
      const given = payload.variables ?? {}
      const caller = await identified(asking)
      if (!caller || !underWay.has(id)) return
      if (operation.node.operation !== OperationTypeNode.SUBSCRIPTION) {
        const result = await operations.answer(operation, given, caller, 'client')
        if (!('data' in result)) {
          fail(id, result.errors ?? [])
          return
        }
        write(id, JSON.stringify(result))
        complete(id)
        return
      }
      const joined = subscribe(
        { operation, given, caller },
        {
          identify: () => authentication.identify(asking),
          next: (text) => write(id, text),
          fail: (error) => failStream(asking, id, error),
        },
      )
      if (typeof joined !== 'function') {
        fail(id, joined)
        return
      }
      if (underWay.has(id)) underWay.set(id, joined)
      else joined()
    } finally {
      leave()
    }
  }

  async function identified(asking: Call) {
    try {
      return await authentication.identify(asking)
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error
      close(closeCodes.unauthorized)
      return null
    }
  }

  function write(id: string, text: string): void {
    if (underWay.has(id)) wire.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`)
  }

  function complete(id: string): void {
    if (leaveOne(id)) wire.send(JSON.stringify({ id, type: 'complete' }))
  }

  function fail(id: string, errors: readonly GraphQLError[]): void {
    if (leaveOne(id)) wire.send(JSON.stringify({ id, type: 'error', payload: errors }))
  }

  function failStream(asking: Call, id: string, error: Error): void {
    // The client comes back and goes on where it was.
    if (error instanceof Unauthenticated) close(closeCodes.unauthorized)
    else if (error instanceof Unavailable) close(closeCodes.tryAgainLater)
    else fail(id, [presentError(error, asking, log)])
  }

  function leaveOne(id: string): boolean {
    const leave = underWay.get(id)
    underWay.delete(id)
    leave?.()
    return leave !== undefined
  }

  return {
    receive(frame) {
      if (hasEnded) return
      const message = readClientMessage(frame)
      if (!message) {
        close(closeCodes.badRequest)
        return
      }
      if (message.type === 'connection_init') void initialise(message.payload)
      else if (message.type === 'ping') wire.send('{"type":"pong"}')
      else if (message.type === 'subscribe') start(message)
      else if (message.type === 'complete') leaveOne(message.id)
    },
    end,
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
