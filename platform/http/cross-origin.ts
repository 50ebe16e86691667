import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** The origins whose pages may call (`https://host[:port]`), or `any`. */
export type AllowedOrigins = 'any' | readonly string[]

/**
 * Lets web pages of other origins call all routes of a scope (CORS, Fetch Standard §3.2). No cookie identifies a caller, so
 * credentials are not allowed: a page has a token, or calls anonymously.
 */
export async function allowOrigins(app: FastifyInstance, origins: AllowedOrigins): Promise<void> {
  // Chromium asks before a public page may reach an address of the local network. Registered before the plugin, which answers
  // preflight requests.
  app.addHook('onRequest', ({ headers }, reply, done) => {
    if (headers['access-control-request-private-network'] === 'true') {
      void reply.headers({
        'access-control-allow-private-network': 'true',
        vary: 'access-control-request-private-network',
      })
    }
    done()
  })
  await app.register(cors, {
    origin: origins === 'any' ? '*' : [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['retry-after', 'www-authenticate', 'x-request-id'],
    maxAge: 7_200,
    // OPTIONS requests without preflight headers are answered in the same way.
    strictPreflight: false,
  })
}
