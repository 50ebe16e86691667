import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from '../runtime/logger.ts'

/** Something that can say whether it works, by rejecting when it does not. */
export interface Checkable {
  checkHealth(): Promise<void>
}

/** An HTTP server that tells nothing but health. */
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
