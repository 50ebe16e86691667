import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import type { TokenKeys } from '../platform/auth/access-token.ts'
import type { Broadcast } from '../platform/redis/broadcast.ts'
import { allowOrigins, type AllowedOrigins } from '../platform/http/cross-origin.ts'
import { routeUpgrades } from './subscriptions/upgrades.ts'
import { createHttpServer, type Unreadable } from '../platform/http/http-server.ts'
import { incomingCall } from '../platform/http/incoming-call.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { serveObjects } from '../platform/http/object-proxy.ts'
import type { SignedFolderOptions } from '../platform/storage/signed-folders.ts'
import { watchOverload } from '../platform/limits/overload.ts'
import type { Redis } from '../platform/redis/client.ts'
import { openSharedCounts } from '../platform/redis/shared-counts.ts'
import type { WebSource } from '../web/output.ts'
import { openConnections } from '../schema/topics.ts'
import { limits } from './operation/admission.ts'
import { fieldOwnersIn } from './operation/admission/fetches.ts'
import { createRateAdmission, type Rates } from './operation/admission/rates.ts'
import { cacheAnonymousAnswers } from './operation/anonymous-answers.ts'
import { createAuthentication } from './authentication/authentication.ts'
import { serveGraphql } from './http/graphql.ts'
import { createGraphExecution, type ExecutorKind, type GraphExecution } from './execution/graph-execution.ts'
import { loadSupergraph } from './execution/supergraph.ts'
import { withFetchDeadlines } from './execution/fetch-deadlines.ts'
import { serveGraphiql, redirectToGraph } from './http/landing-pages.ts'
import { serveWebClient } from './http/web-client.ts'
import { createOperations } from './operation/operations.ts'
import { createRecentWriters } from './authentication/recent-writers.ts'
import { answerFailures } from './http/failures.ts'
import { shedLoad } from './http/load-shedding.ts'
import type { SubgraphClient } from './execution/subgraph-client.ts'
import { distinguishAnswers } from './subscriptions/answer-kinds.ts'
import { withEvents } from './subscriptions/event-schema.ts'
import { serveSubscriptions } from './subscriptions/server.ts'
import { trustedCall } from './http/trusted-call.ts'
import { createTrustedExecution, type TrustedExecution } from './operation/trusted-execution.ts'

export interface GatewayOptions {
  /** By their names in the supergraph. */
  readonly subgraphs: Readonly<Record<string, SubgraphClient>>
  readonly accessTokenKeys: TokenKeys
  /** Verifies callers that other parts of the system forward; without it none is trusted. */
  readonly callerSecret?: string | undefined
  readonly broadcast?: Broadcast | undefined
  /** Shares recent writes and rate limits with other processes; without it there is one process. */
  readonly redis?: Redis | undefined
  /** The object store, for `/media` and `/uploads` on this server; without it they are not served. */
  readonly objectStoreAddress?: SignedFolderOptions | undefined
  /**
   * Whether this server has pages for exploring the graph (Sandbox, GraphiQL) and suggests names in errors. The schema itself
   * is public in either case.
   */
  readonly landingPage: boolean
  /** The web client, which this server has at `/`; without it `/` leads to the landing page, if there is one. */
  readonly web?: WebSource | undefined
  /** The address under which browsers reach the object store, when it is not this server. */
  readonly contentUrl?: string | undefined
  /** The address under which clients reach this server, when it is not the one they call. */
  readonly publicUrl?: string | undefined
  readonly trustedProxies: readonly string[]
  /** The origins whose pages may send operations. */
  readonly allowedOrigins: AllowedOrigins
  /** The origins whose pages may open sockets, besides this server's own origin; none by default. */
  readonly socketOrigins?: AllowedOrigins | undefined
  /** How late the event loop may be before calls are refused, in milliseconds; 0 refuses none. */
  readonly shedLoadAfterMs: number
  readonly rates: Rates
  /** How often clients of subscriptions are pinged, in milliseconds; default 15 s. */
  readonly pingMs?: number | undefined
  /** The executor; `stock` is the gateway's own, for comparison. */
  readonly executor?: ExecutorKind | undefined
  readonly log: Logger
}

export interface Gateway extends TrustedExecution, AsyncDisposable {
  /** The HTTP server, not listening yet: `/graphql`, `GET /health`, `/media`, `/uploads` and the landing pages. */
  readonly app: FastifyInstance
  /** How often operations ran on the gateway's own executor because they are not compiled, by reason. */
  readonly stockRuns: GraphExecution['stockRuns']
}

const graphqlPath = '/graphql'
/** Maximum size of a request head, which contains the operation with GET. */
const headBytes = 16 * 1024

/** Loads the supergraph with the given subgraphs and creates its server. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, landingPage } = options
  const subgraphs = withFetchDeadlines(options.subgraphs)
  const supergraphSdl = readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8')
  const gateway = loadSupergraph(supergraphSdl, subgraphs, log)
  const { schema: composed, executor } = await gateway.load()
  const schema = withEvents(composed)
  const execution = createGraphExecution({
    executor,
    schema: composed,
    subgraphs,
    kind: options.executor ?? 'compiled',
    log,
  })
  const fieldOwners = fieldOwnersIn(supergraphSdl)
  const rates = createRateAdmission(options.rates, options.redis)
  const recentChanges = createRecentWriters(options.redis)
  const connectionCounts = options.redis && openSharedCounts(options.redis, openConnections)
  const preparation = { schema, fieldOwners, execution, recentChanges, suggestNames: landingPage, log }
  const operations = cacheAnonymousAnswers(createOperations({ ...preparation, rates }))
  const { user } = subgraphs
  if (!user) throw new Error('there is no subgraph “user”, which knows the sessions')
  const authentication = createAuthentication(options.accessTokenKeys, user, options.broadcast)

  const app = createHttpServer({
    name: 'graphql',
    trustedProxies: options.trustedProxies,
    bodyBytes: limits.bodyBytes,
    headBytes,
    answerUnreadable: unreadable,
    log,
  })
  const settings = { defaultLanguage: 'en', publicUrl: options.publicUrl } as const
  answerFailures(app, { path: graphqlPath, settings, log })
  const overload = watchOverload(options.shedLoadAfterMs)
  distinguishAnswers(app)
  routeUpgrades(app)
  let subscriptions: Disposable | undefined
  // In a scope of its own: health and media are neither shed nor told to other origins.
  await app.register(async (graphql) => {
    await allowOrigins(graphql, options.allowedOrigins)
    shedLoad(graphql, overload, options.callerSecret)
    await serveGraphql(graphql, {
      path: graphqlPath,
      authentication,
      operations,
      readCall(request) {
        const trusted = trustedCall(request, options.callerSecret)
        return trusted
          ? { call: trusted, source: 'system' }
          : { call: incomingCall(request, settings), source: 'client' }
      },
      landingPage,
      log,
    })
    subscriptions = serveSubscriptions(graphql, {
      path: graphqlPath,
      schema,
      subgraphs,
      broadcast: options.broadcast,
      authentication,
      operations,
      ownOperations: createOperations({ ...preparation, rates: { admit: () => undefined } }),
      overload,
      readCall: (request) => incomingCall(request, settings),
      allowedOrigins: options.socketOrigins ?? [],
      usersPerAddress: options.rates.usersPerAddress,
      connectionCounts,
      pingMs: options.pingMs ?? 15_000,
      log,
    })
  })
  const trusted = createTrustedExecution({ authentication, operations, execution, log })
  if (landingPage) serveGraphiql(app, graphqlPath)
  if (options.web) {
    const contentOrigins = [options.contentUrl, options.publicUrl].flatMap((url) => (url ? [new URL(url).origin] : []))
    serveWebClient(app, { source: options.web, contentOrigins, settings, execute: trusted.execute })
  } else if (landingPage) redirectToGraph(app, graphqlPath)
  if (options.objectStoreAddress) await serveObjects(app, options.objectStoreAddress)
  app.get('/health', () => ({ status: 'pass' }))

  return {
    app,
    stockRuns: execution.stockRuns,
    ...trusted,
    async [Symbol.asyncDispose]() {
      subscriptions?.[Symbol.dispose]()
      await app.close()
      overload[Symbol.dispose]()
      await Promise.all([rates, recentChanges].map((part) => part[Symbol.asyncDispose]()))
      await connectionCounts?.[Symbol.asyncDispose]()
      await authentication[Symbol.asyncDispose]()
      await gateway.stop()
    },
  }
}

/** The answer to a request that no route sees, in GraphQL's form. */
function unreadable(why: Unreadable, requestId: string): { status: number; body: object } {
  const status = { 'too long': 431, 'too slow': 408, malformed: 400 }[why]
  const extensions = { code: 'BAD_REQUEST', requestId }
  const error = new GraphQLError(`The head of the request is ${why}.`, { extensions })
  return { status, body: { errors: [error] } }
}
