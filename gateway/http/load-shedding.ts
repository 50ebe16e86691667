import type { FastifyInstance } from 'fastify'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { countCalls, type Overload } from '../../platform/limits/overload.ts'
import { trustedCall } from './trusted-call.ts'

/**
 * Rejects calls to all routes of an app while this process is overloaded, before their body is read. Calls from another part of
 * the system were admitted by that part's server, and are not rejected again.
 */
export function shedLoad(
  app: FastifyInstance,
  overload: Pick<Overload, 'rejectsNext' | 'enter'>,
  callerSecret: string | undefined,
): void {
  countCalls(app, overload)
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS' && overload.rejectsNext() && !trustedCall(request, callerSecret)) {
      void reply.header('retry-after', '1')
      done(new Unavailable())
    } else {
      done()
    }
  })
}
