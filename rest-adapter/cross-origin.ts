import type { FastifyInstance } from 'fastify'

/**
 * Lets pages of every origin call the routes of an app (CORS, Fetch Standard §3.2). Nothing is lost by it: a call is as
 * good as its token, and no browser adds a token by itself.
 */
export function allowEveryOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('access-control-allow-origin', '*')
    done()
  })
  app.options('/douyin/*', (_request, reply) => {
    return reply
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type, token',
        'access-control-max-age': '86400',
      })
      .code(204)
      .send()
  })
}
