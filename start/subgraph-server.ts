import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { callerHeader, verifyCaller, warnOfClocks } from '../platform/auth/caller.ts'
import { addHealthRoute } from '../platform/http/health-server.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import type { Subgraph, SubgraphOperation } from '../platform/graphql/subgraph.ts'

/**
 * Serves a subgraph over HTTP to the gateway only: `POST /graphql` with a signed caller, and `GET /health`. Calls without a
 * valid signature get 403.
 */
export function createSubgraphServer(subgraph: Subgraph, callerSecret: string, log: Logger): FastifyInstance {
  const logger: FastifyBaseLogger = log
  const onLate = (byMs: number): void => warnOfClocks(log, byMs)
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // What is logged here names the request itself.
    childLoggerFactory: (parent) => parent,
    bodyLimit: 4 * 1024 * 1024,
  })

  app.post<{ Body: Partial<SubgraphOperation> | null }>('/graphql', async (request, reply) => {
    const signed = request.headers[callerHeader]
    const caller = typeof signed === 'string' ? verifyCaller(callerSecret, signed, Date.now(), onLate) : null
    if (!caller) return reply.code(403).send({ errors: [{ message: 'This address serves the gateway only.' }] })
    const { query, operationName, variables } = request.body ?? {}
    if (typeof query !== 'string') return reply.code(400).send({ errors: [{ message: 'The query is missing.' }] })
    return subgraph.execute({ query, operationName, variables }, caller)
  })

  addHealthRoute(app, subgraph, log)
  return app
}
