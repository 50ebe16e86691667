import type { Rates } from '../gateway/operation/admission/rates.ts'
import type { AllowedOrigins } from '../platform/http/cross-origin.ts'
import type { Environment } from '../platform/runtime/environment.ts'

/** The options that both HTTP servers take from the settings. */
export interface SharedServerOptions {
  readonly publicUrl: string | undefined
  readonly contentUrl: string | undefined
  readonly trustedProxies: readonly string[]
  readonly allowedOrigins: AllowedOrigins
  readonly shedLoadAfterMs: number
}

/** The hosted Apollo Sandbox. */
const sandboxOrigin = 'https://studio.apollographql.com'

/** Reads the common options of both HTTP servers. */
export function sharedServerOptions(environment: Environment): SharedServerOptions {
  return {
    publicUrl: environment.PUBLIC_URL,
    contentUrl: environment.MINIO_PUBLIC_URL,
    trustedProxies: environment.TRUST_PROXY,
    allowedOrigins: allowedOrigins(environment),
    shedLoadAfterMs: environment.SHED_LOAD_AFTER_MS,
  }
}

/**
 * The origins whose pages may open sockets. A browser sends no preflight before it opens one (WHATWG WebSockets §4), so without
 * a setting only Sandbox may, besides the server's own pages.
 */
export function socketOrigins(environment: Environment): AllowedOrigins {
  return environment.CORS_ORIGINS === undefined
    ? allowedOrigins({ ...environment, CORS_ORIGINS: 'none' })
    : allowedOrigins(environment)
}

/** Whether the GraphQL server serves pages for developers who explore the graph. */
export function servesLandingPage({ LANDING_PAGE, NODE_ENV }: Environment): boolean {
  return LANDING_PAGE ?? NODE_ENV !== 'production'
}

/** The rate limits of the gateway. */
export function rates(environment: Environment): Rates {
  return {
    reads: environment.READS_PER_MINUTE,
    searches: environment.SEARCHES_PER_MINUTE,
    writes: environment.WRITES_PER_MINUTE,
    texts: environment.TEXTS_PER_MINUTE,
    uploads: environment.UPLOADS_PER_MINUTE,
    signIns: environment.SIGN_INS_PER_MINUTE,
    usersPerAddress: environment.PEOPLE_PER_ADDRESS,
  }
}

/** The limits of the REST server. */
export function restLimits(environment: Environment) {
  return {
    callsPerMinute: environment.READS_PER_MINUTE * environment.PEOPLE_PER_ADDRESS,
    maxUploadBytes: environment.MAX_UPLOAD_BYTES,
    uploadsAtOnce: environment.UPLOADS_AT_ONCE,
    uploadsAtOncePerAddress: environment.UPLOADS_AT_ONCE_PER_ADDRESS,
  }
}

function allowedOrigins(environment: Environment): AllowedOrigins {
  const { CORS_ORIGINS: given = environment.NODE_ENV === 'production' ? 'none' : 'any' } = environment
  if (given === 'any') return 'any'
  return [...(given === 'none' ? [] : given), ...(servesLandingPage(environment) ? [sandboxOrigin] : [])]
}
