import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { AccessTokenKeys } from '../platform/access-token.ts'
import type { Broadcast } from '../platform/broadcast.ts'
import type { ExecuteOperation } from '../platform/call.ts'
import { incomingCall } from '../platform/incoming-call.ts'
import type { Logger } from '../platform/logger.ts'
import { createAuthentication } from './authentication.ts'
import { createGraphExecution, createTrustedExecution } from './execution.ts'
import { createSubgraphDataSource, type GatewayContext, type SubgraphClient } from './subgraph-data-source.ts'

export interface GatewayOptions {
  readonly subgraphs: Readonly<Record<'user' | 'video' | 'social' | 'chat', SubgraphClient>>
  readonly accessTokenKeys: AccessTokenKeys
  readonly broadcast?: Broadcast | undefined
  /** The address under which clients reach this door, when it is not the one that they call. */
  readonly publicUrl?: string | undefined
  readonly trustProxy: boolean
  readonly log: Logger
}

export interface Gateway extends AsyncDisposable {
  /** The HTTP door, not listening yet: `POST /graphql` and `GET /health`. */
  readonly app: FastifyInstance
  /** The way of the REST adapter when it lives in this process. */
  readonly execute: ExecuteOperation
}

/** Loads the supergraph over the given subgraphs and opens its door. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, subgraphs } = options
  const gateway = new ApolloGateway({
    supergraphSdl: readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'),
    buildService: ({ name }) => createSubgraphDataSource(subgraphs[name as keyof typeof subgraphs]),
    logger: log,
  })
  const { schema, executor } = await gateway.load()
  const execution = createGraphExecution(executor, schema, log)
  const authentication = createAuthentication(options.accessTokenKeys, subgraphs.user, options.broadcast)
  const executeThroughGateway: ApolloServerPlugin<GatewayContext> = {
    requestDidStart: () =>
      Promise.resolve({
        async responseForOperation({ document, operationName, source, request, contextValue }) {
          const operation = { query: source, operationName: operationName ?? undefined, variables: request.variables }
          const singleResult = await execution.run({ ...operation, document }, contextValue.caller)
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } }
        },
      }),
  }

  const logger: FastifyBaseLogger = log
  const app = fastify({
    loggerInstance: logger,
    disableRequestLogging: true,
    bodyLimit: 64 * 1024,
    trustProxy: options.trustProxy,
  })
  const server = new ApolloServer<GatewayContext>({
    schema,
    logger: log,
    includeStacktraceInErrorResponses: false,
    plugins: [executeThroughGateway, fastifyApolloDrainPlugin(app)],
  })
  await server.start()
  await app.register(fastifyApollo(server), {
    context: async (request) => {
      const call = incomingCall(request, { defaultLanguage: 'en', publicUrl: options.publicUrl })
      return { caller: await authentication.identify(call) }
    },
  })
  app.get('/health', () => ({ status: 'pass' }))

  return {
    app,
    execute: createTrustedExecution(execution, authentication, schema, log),
    async [Symbol.asyncDispose]() {
      await app.close()
      await server.stop()
      await gateway.stop()
    },
  }
}
