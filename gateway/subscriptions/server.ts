import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { AllowedOrigins } from '../../platform/http/cross-origin.ts'
import type { Call } from '../../platform/graphql/call.ts'
import type { Overload } from '../../platform/limits/overload.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import type { SharedCounts } from '../../platform/redis/shared-counts.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Authentication } from '../authentication/authentication.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'
import type { Operations } from '../operation/operations.ts'
import { createConnectionLimits } from './connection-limits.ts'
import type { EventOwner } from './event.ts'
import { createEventStreams } from './event-streams.ts'
import { serveServerSentEvents } from './server-sent-events.ts'
import { createSubscribe } from './subscribe.ts'
import { serveWebSockets } from './web-sockets.ts'

export interface SubscriptionOptions {
  readonly path: string
  readonly schema: GraphQLSchema
  readonly subgraphs: Readonly<Partial<Record<EventOwner, SubgraphClient>>>
  readonly broadcast: Pick<Broadcast, 'listen' | 'onGap'> | undefined
  readonly authentication: Pick<Authentication, 'identify' | 'watch'>
  readonly operations: Operations
  /** For what the server asks by itself, which counts in no rate. */
  readonly ownOperations: Pick<Operations, 'prepare' | 'answer'>
  readonly overload: Pick<Overload, 'rejectsNext' | 'enter'>
  readonly readCall: (request: FastifyRequest) => Call
  /** Whose pages may open sockets, beside those of this origin. */
  readonly allowedOrigins: AllowedOrigins
  readonly usersPerAddress: number
  /** A client answers a ping before the next one, or is gone. */
  readonly pingMs: number
  /** The counts of users' connections over all processes; without it there is one process. */
  readonly connectionCounts: Pick<SharedCounts, 'add'> | undefined
  readonly log: Logger
}

/** Serves subscriptions, over WebSocket and as server-sent events. Disposing says goodbye to their clients. */
export function serveSubscriptions(app: FastifyInstance, options: SubscriptionOptions): Disposable {
  const { path, schema, subgraphs, broadcast, operations, ownOperations, log } = options
  const paths = [path, `${path}/`]
  const streams = createEventStreams({ subgraphs, broadcast, log })
  const subscribe = createSubscribe({ schema, operations, ownOperations, streams, log })
  const limits = createConnectionLimits(options.usersPerAddress, options.connectionCounts)
  const shared = { ...options, paths, subscribe, streams, limits }
  const sockets = serveWebSockets(app, shared)
  const events = serveServerSentEvents(app, { ...shared, streamPaths: [`${path}/stream`] })
  return {
    [Symbol.dispose]() {
      sockets[Symbol.dispose]()
      events[Symbol.dispose]()
      streams[Symbol.dispose]()
    },
  }
}
