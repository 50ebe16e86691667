import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/**
 * Lets web pages of any origin speak to a route, the hosted Apollo Sandbox (https://studio.apollographql.com) among them.
 * That is safe because no cookie says who calls: a page knows a token or has none.
 */
export function allowAnyOrigin(app: FastifyInstance, path: string): void {
  app.options(path, (request, reply) => {
    allowRequests(request, reply)
    return reply.code(204).send()
  })
  app.addHook('onRequest', (request, reply, next) => {
    if (request.routeOptions.url === path) void reply.header('access-control-allow-origin', '*')
    next()
  })
}

function allowRequests({ headers }: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({
    'access-control-allow-methods': 'GET, POST',
    // "*" would not cover Authorization (Fetch standard, CORS-preflight fetch).
    'access-control-allow-headers': headers['access-control-request-headers'] ?? 'content-type, authorization',
    'access-control-max-age': '7200',
    vary: 'access-control-request-headers, access-control-request-private-network',
  })
  // Chromium asks before a public page reaches an address of the local network.
  if (headers['access-control-request-private-network'] === 'true') {
    void reply.header('access-control-allow-private-network', 'true')
  }
}
