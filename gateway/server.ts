import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { AccessTokenKeys } from '../platform/access-token.ts'
import type { Broadcast } from '../platform/broadcast.ts'
import { incomingCall } from '../platform/incoming-call.ts'
import type { Logger } from '../platform/logger.ts'
import type { Redis } from '../platform/redis.ts'
import { serveObjects } from '../platform/object-proxy.ts'
import { limits } from './admission.ts'
import { createAuthentication } from './authentication.ts'
import { allowAnyOrigin } from './door/cross-origin.ts'
import { serveGraphql } from './door/graphql.ts'
import { createGraphExecution } from './execution.ts'
import { serveGraphiql } from './door/landing-pages.ts'
import { createOperations } from './operations.ts'
import { createRecentChanges } from './recent-changes.ts'
import { answerFailures } from './door/failures.ts'
import { createSubgraphDataSource, type GatewayContext, type SubgraphClient } from './subgraph-data-source.ts'
import { trustedCall } from './door/trusted-call.ts'
import { createTrustedExecution, type TrustedExecution } from './trusted-execution.ts'

export interface GatewayOptions {
  readonly subgraphs: Readonly<Record<'user' | 'video' | 'social' | 'chat', SubgraphClient>>
  readonly accessTokenKeys: AccessTokenKeys
  /** Signs the callers that other parts of the system pass on; without it none is believed. */
  readonly callerSecret?: string | undefined
  readonly broadcast?: Broadcast | undefined
  /** Tells the other processes who changed something; without it there is one process. */
  readonly redis?: Redis | undefined
  /** Where the object store is, for `/media` and `/uploads` on this door; without it they are not served. */
  readonly objectStoreUrl?: string | undefined
  /**
   * Whether this door serves pages for people who explore the graph (Sandbox, GraphiQL) and names in its errors what they
   * could have meant. The schema itself is public and can be asked for in either case.
   */
  readonly landingPage: boolean
  /** The address under which clients reach this door, when it is not the one that they call. */
  readonly publicUrl?: string | undefined
  readonly trustProxy: boolean
  readonly log: Logger
}

export interface Gateway extends TrustedExecution, AsyncDisposable {
  /** The HTTP door, not listening yet: `/graphql`, `GET /health`, `/media`, `/uploads` and the landing pages. */
  readonly app: FastifyInstance
}

const graphqlPath = '/graphql'
/** How long a connection may stand still. */
const silenceMs = 120_000
/** How long a request may take to come in: a video that is sent to `/uploads` over a bad connection. */
const requestMs = 1_800_000

/** Loads the supergraph over the given subgraphs and opens its door. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, subgraphs, landingPage } = options
  const gateway = loadSupergraph(subgraphs, log)
  const { schema, executor } = await gateway.load()
  const execution = createGraphExecution(executor, schema, subgraphs, log)
  const recentChanges = createRecentChanges(options.redis)
  const operations = createOperations({ schema, execution, recentChanges, suggestNames: landingPage, log })
  const authentication = createAuthentication(options.accessTokenKeys, subgraphs.user, options.broadcast)

  const logger: FastifyBaseLogger = log
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    connectionTimeout: silenceMs,
    requestTimeout: requestMs,
    trustProxy: options.trustProxy,
  })
  const settings = { defaultLanguage: 'en', publicUrl: options.publicUrl } as const
  answerFailures(app, settings, log)
  allowAnyOrigin(app, graphqlPath)
  const door = await serveGraphql(app, {
    path: graphqlPath,
    schema,
    authentication,
    operations,
    readCall(request) {
      const trusted = trustedCall(request, options.callerSecret)
      return trusted ? { call: trusted, author: 'system' } : { call: incomingCall(request, settings), author: 'client' }
    },
    landingPage,
    log,
  })
  if (landingPage) serveGraphiql(app, graphqlPath)
  if (options.objectStoreUrl !== undefined) await serveObjects(app, options.objectStoreUrl)
  app.get('/health', () => ({ status: 'pass' }))

  return {
    app,
    ...createTrustedExecution({ schema, authentication, operations, execution, log }),
    async [Symbol.asyncDispose]() {
      await app.close()
      await door[Symbol.asyncDispose]()
      await gateway.stop()
    },
  }
}

/** How much of memory query plans may take, by the gateway's own reckoning. */
const queryPlanMebibytes = 10

function loadSupergraph(subgraphs: GatewayOptions['subgraphs'], log: Logger): ApolloGateway {
  // The gateway reports to its maker unless this variable says otherwise; there is no option.
  // eslint-disable-next-line no-restricted-properties
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
  return new ApolloGateway({
    supergraphSdl: readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'),
    buildService: ({ name }) => createSubgraphDataSource(subgraphs[name as keyof typeof subgraphs]),
    experimental_approximateQueryPlanStoreMiB: queryPlanMebibytes,
    experimental_didResolveQueryPlan: ({ queryPlan, requestContext }) =>
      (requestContext.context as unknown as GatewayContext).onPlan(queryPlan),
    logger: log,
  })
}
