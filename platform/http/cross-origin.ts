import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The origins whose pages may call (`https://host[:port]`), or `any`. */
export type AllowedOrigins = 'any' | readonly string[]

/**
 * Enables CORS (Fetch Standard §3.2) on all routes of an app and answers preflight requests under the given paths, which may
 * end in `*`. Callers are identified by tokens, never by cookies, so a foreign page cannot act as its visitor. Restricting the
 * origins prevents foreign pages from using their visitors' addresses and networks.
 */
export function allowOrigins(app: FastifyInstance, paths: readonly string[], origins: AllowedOrigins): void {
  app.addHook('onRequest', (request, reply, done) => {
    allowOrigin(request, reply, origins)
    done()
  })
  for (const path of paths) {
    app.options(path, (request, reply) => {
      if (reply.hasHeader('access-control-allow-origin')) allowRequests(request, reply)
      return reply.code(204).send()
    })
  }
}

/** The response headers that pages may read. */
const exposed = 'retry-after, www-authenticate, x-request-id'

function allowOrigin({ headers: { origin } }: FastifyRequest, reply: FastifyReply, origins: AllowedOrigins): void {
  if (origins !== 'any') void reply.header('vary', 'origin')
  if (origins === 'any') void reply.header('access-control-allow-origin', '*')
  else if (origin !== undefined && origins.includes(origin)) void reply.header('access-control-allow-origin', origin)
  else return
  if (origin !== undefined) void reply.header('access-control-expose-headers', exposed)
}

function allowRequests({ headers }: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({
    'access-control-allow-methods': 'GET, POST',
    // "*" would not cover Authorization (Fetch Standard, CORS-preflight fetch).
    'access-control-allow-headers': headers['access-control-request-headers'] ?? 'authorization, content-type, token',
    'access-control-max-age': '7200',
    vary: 'origin, access-control-request-headers, access-control-request-private-network',
  })
  // Chromium sends this before a public page may reach an address of the local network.
  if (headers['access-control-request-private-network'] === 'true') {
    void reply.header('access-control-allow-private-network', 'true')
  }
}
