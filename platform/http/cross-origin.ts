import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The origins whose pages may call (`https://host[:port]`), or those of all. */
export type AllowedOrigins = 'any' | readonly string[]

/**
 * Lets web pages of other origins speak to all routes of an app (CORS, Fetch Standard §3.2), and answers under paths, which
 * may end in `*`, whether they may. No cookie says who calls, so a page knows a token or has none; who limits the origins
 * keeps foreign pages from using his visitors' addresses and networks.
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

/** What a page may read beside the body. */
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
    // "*" would not cover Authorization (Fetch standard, CORS-preflight fetch).
    'access-control-allow-headers': headers['access-control-request-headers'] ?? 'authorization, content-type, token',
    'access-control-max-age': '7200',
    vary: 'origin, access-control-request-headers, access-control-request-private-network',
  })
  // Chromium asks before a public page reaches an address of the local network.
  if (headers['access-control-request-private-network'] === 'true') {
    void reply.header('access-control-allow-private-network', 'true')
  }
}
