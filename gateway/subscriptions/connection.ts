import { OperationTypeNode, type GraphQLError } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
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
import type { Subscriber } from './audience.ts'
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

/** Operations under way on one connection. */
export const operationsPerConnection = 20
const initialisationMs = 5_000
/** How long a client waits for its streams to be known, before it is let in without. */
const holdingMs = 1_000

/**
 * Speaks the GraphQL over WebSocket protocol (`graphql-transport-ws`) with one client. Whatever it asks for passes what
 * it would pass over HTTP: its session, load, rates, form, cost and deadlines.
 *
 * Thousands are open at a time. As a class each takes the memory of its fields; closures would take a kilobyte more.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #wire: Wire
  /** What the request said that opened the socket, and what its first message says. */
  #call: Call
  #state: 'new' | 'initialising' | 'acknowledged' | 'ended' = 'new'
  #timeout: NodeJS.Timeout | undefined
  readonly #underWay = new Map<string, () => void>()
  /** What is kept until the connection ends. */
  readonly #held: Disposable[] = []

  constructor(options: ConnectionOptions, request: Call, wire: Wire) {
    this.#options = options
    this.#wire = wire
    this.#call = request
    this.#timeout = setTimeout(() => this.#close(closeCodes.initialisationTimeout), initialisationMs)
  }

  /** Takes a frame of the client. */
  receive(frame: string): void {
    if (this.#hasEnded()) return
    const message = readClientMessage(frame)
    if (!message) this.#close(closeCodes.badRequest)
    else if (message.type === 'connection_init') void this.#initialise(message.payload)
    else if (message.type === 'ping') this.#wire.send('{"type":"pong"}')
    else if (message.type === 'subscribe') this.#start(message)
    else if (message.type === 'complete') this.#leave(message.id)
  }

  /** Ends everything that the client asked for; the socket is closed. */
  end(): void {
    if (this.#hasEnded()) return
    this.#state = 'ended'
    clearTimeout(this.#timeout)
    for (const leave of this.#underWay.values()) leave()
    this.#underWay.clear()
    for (const resource of this.#held.splice(0)) resource[Symbol.dispose]()
  }

  /** Whether the connection has ended; it can while something is awaited. */
  #hasEnded(): boolean {
    return this.#state === 'ended'
  }

  #close(code: CloseCode): void {
    if (this.#hasEnded()) return
    this.end()
    this.#wire.close(code)
  }

  #hold(resource: Disposable): void {
    if (this.#hasEnded()) resource[Symbol.dispose]()
    else this.#held.push(resource)
  }

  async #initialise(parameters: unknown): Promise<void> {
    if (this.#state !== 'new') {
      this.#close(closeCodes.tooManyInitialisations)
      return
    }
    this.#state = 'initialising'
    this.#call = callOfConnection(this.#call, parameters)
    const { authentication, limits, streams } = this.#options
    try {
      const { viewer } = await authentication.identify(this.#call)
      if (viewer) {
        const place = await limits.enterUser(viewer.userId)
        if (!place) {
          this.#close(closeCodes.tooManyConnections)
          return
        }
        this.#hold(place)
        this.#hold(authentication.watch(this.#call, () => this.#close(closeCodes.unauthorized)))
        await Promise.race([streams.hold().then((held) => this.#hold(held)), after(holdingMs)])
      }
    } catch (error) {
      this.#close(error instanceof Unauthenticated ? closeCodes.unauthorized : closeCodes.tryAgainLater)
      return
    }
    if (this.#hasEnded()) return
    clearTimeout(this.#timeout)
    this.#timeout = undefined
    this.#state = 'acknowledged'
    this.#wire.send(JSON.stringify({ type: 'connection_ack', payload: { cursor: streams.cursor() } }))
  }

  #start({ id, payload }: SubscribeMessage): void {
    if (this.#state !== 'acknowledged') this.#close(closeCodes.unauthorized)
    else if (this.#underWay.has(id)) this.#close(closeCodes.alreadySubscribed)
    else if (this.#underWay.size >= operationsPerConnection) this.#close(closeCodes.tooManySubscriptions)
    else {
      // A subscriber that leaves before the stream has started receives nothing.
      this.#underWay.set(id, doNothing)
      void this.#run(id, payload).catch((error: unknown) => this.#fail(id, [this.#present(error)]))
    }
  }

  async #run(id: string, payload: SubscribeMessage['payload']): Promise<void> {
    const { operations, overload } = this.#options
    const leave = overload.enter()
    try {
      if (overload.rejectsNext()) throw new Unavailable()
      const operation = operations.prepare(payload.query, payload.operationName ?? undefined, 'client')
      if (!isPrepared(operation)) {
        this.#fail(id, [presentUnprepared(operation, payload.query, this.#call)])
        return
      }
      const given = payload.variables ?? {}
      const caller = await this.#identify()
      if (!caller || !this.#underWay.has(id)) return
      if (operation.node.operation === OperationTypeNode.SUBSCRIPTION) {
        this.#subscribe(id, { operation, given, caller })
        return
      }
      const result = await operations.answer(operation, given, caller, 'client')
      if ('data' in result) {
        this.write(id, JSON.stringify(result))
        this.#complete(id)
      } else this.#fail(id, result.errors ?? [])
    } finally {
      leave()
    }
  }

  /** The caller; null when the session has ended, and the connection with it. */
  async #identify(): Promise<Caller | null> {
    try {
      return await this.identify()
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error
      this.#close(closeCodes.unauthorized)
      return null
    }
  }

  #subscribe(id: string, subscribing: Parameters<Subscribe>[0]): void {
    const joined = this.#options.subscribe(subscribing, new Subscription(this, id))
    if (typeof joined !== 'function') this.#fail(id, joined)
    else if (this.#underWay.has(id)) this.#underWay.set(id, joined)
    else joined()
  }

  /** Who the client is, as of now. */
  identify(): Promise<Caller> {
    return this.#options.authentication.identify(this.#call)
  }

  /** Writes a result of an operation, as JSON. */
  write(id: string, result: string): void {
    if (this.#underWay.has(id)) this.#wire.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${result}}`)
  }

  /** Ends a subscription. The client comes back and goes on where it was if that can help. */
  failSubscription(id: string, error: Error): void {
    if (error instanceof Unauthenticated) this.#close(closeCodes.unauthorized)
    else if (error instanceof Unavailable) this.#close(closeCodes.tryAgainLater)
    else this.#fail(id, [this.#present(error)])
  }

  #complete(id: string): void {
    if (this.#leave(id)) this.#wire.send(JSON.stringify({ id, type: 'complete' }))
  }

  #fail(id: string, errors: readonly GraphQLError[]): void {
    if (this.#leave(id)) this.#wire.send(JSON.stringify({ id, type: 'error', payload: errors }))
  }

  #present(error: unknown): GraphQLError {
    return presentError(error, this.#call, this.#options.log)
  }

  /** Whether the operation was under way. */
  #leave(id: string): boolean {
    const leave = this.#underWay.get(id)
    this.#underWay.delete(id)
    leave?.()
    return leave !== undefined
  }
}

/** A subscription of a connection. */
class Subscription implements Subscriber {
  constructor(
    readonly connection: Connection,
    readonly id: string,
  ) {}

  identify(): Promise<Caller> {
    return this.connection.identify()
  }

  next(payload: string): void {
    this.connection.write(this.id, payload)
  }

  fail(error: Error): void {
    this.connection.failSubscription(this.id, error)
  }
}

function doNothing(): void {
  return undefined
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
