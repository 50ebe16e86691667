import type { FastifyRequest } from 'fastify'
import type { Call } from '../../platform/graphql/call.ts'
import { callerHeader, verifyCaller, warnOfClocks } from '../../platform/auth/caller.ts'
import { bearerToken } from '../../platform/http/incoming-call.ts'

/**
 * A call forwarded by a part of this system: its signed header describes the client, and the bearer token of the request alone
 * determines the viewer. Null for everyone else, whatever headers they send.
 */
export function trustedCall({ headers, log }: FastifyRequest, callerSecret: string | undefined): Call | null {
  const signed = headers[callerHeader]
  if (callerSecret === undefined || typeof signed !== 'string') return null
  const caller = verifyCaller(callerSecret, signed, Date.now(), (byMs) => warnOfClocks(log, byMs))
  if (!caller || caller.viewer) return null
  const { viewer: _nobody, ...client } = caller
  return { ...client, token: bearerToken(headers.authorization) }
}
