import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from '../runtime/logger.ts'

/** A component whose health check rejects when it does not work. */
export interface Checkable {
  checkHealth(): Promise<void>
}

/** An HTTP server with a health route and nothing else. */
export function createHealthServer(checked: Checkable, log: Logger): FastifyInstance {
  const app = Fastify()
  addHealthRoute(app, checked, log)
  return app
}

/** Adds `GET /health`, which answers 200 or 503. */
export function addHealthRoute(app: FastifyInstance, checked: Checkable, log: Logger): void {
  app.get('/health', async (_request, reply) => {
    try {
      await checked.checkHealth()
      return { status: 'pass' }
    } catch (error) {
      log.warn({ err: error }, 'unhealthy')
      return reply.code(503).send({ status: 'fail' })
    }
  })
}
