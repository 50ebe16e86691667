import type { FastifyInstance } from 'fastify'
import { Unavailable } from '../../platform/errors.ts'
import type { Overload } from '../../platform/overload.ts'
import { trustedCall } from './trusted-call.ts'

/**
 * Refuses calls to a route while this process is late, before their body is read. What another part of the system passes
 * on was taken in by that part's own door, and is not refused a second time.
 */
export function shedLoad(
  app: FastifyInstance,
  path: string,
  overload: Pick<Overload, 'refusesNext'>,
  callerSecret: string | undefined,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const isCall = request.routeOptions.url === path && request.method !== 'OPTIONS'
    if (isCall && overload.refusesNext() && !trustedCall(request, callerSecret)) {
      void reply.header('retry-after', '1')
      done(new Unavailable())
    } else {
      done()
    }
  })
}
