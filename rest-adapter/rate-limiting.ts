import type { FastifyInstance } from 'fastify'
import { clientNetwork } from '../platform/http/client-network.ts'
import { tooOften, Unavailable } from '../platform/runtime/errors.ts'
import { countCalls, type Overload } from '../platform/limits/overload.ts'
import { createFixedWindowLimit } from '../platform/limits/fixed-window-limit.ts'

/**
 * Rejects calls before they are parsed: while this process is overloaded, and from addresses that call too often. The gateway
 * counts operations too, but not those that it answers from its shared cache.
 */
export function limitRate(
  app: FastifyInstance,
  overload: Pick<Overload, 'rejectsNext' | 'enter'>,
  callsPerMinute: number,
): void {
  countCalls(app, overload)
  const pace = createFixedWindowLimit({ name: 'rest:calls', points: callsPerMinute, windowSeconds: 60 })

  app.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'OPTIONS') done()
    else if (overload.rejectsNext()) done(new Unavailable())
    else {
      const seconds = pace.use(clientNetwork(request.ip))
      done(seconds > 0 ? tooOften(seconds) : undefined)
    }
  })
}
