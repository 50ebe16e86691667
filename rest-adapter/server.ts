import { mkdir } from 'node:fs/promises'
import type { FastifyError, FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import type { ExecuteOperation } from '../platform/graphql/call.ts'
import { allowOrigins, type AllowedOrigins } from '../platform/http/cross-origin.ts'
import { createHttpServer, type Unreadable } from '../platform/http/http-server.ts'
import { BadUserInput, InternalServerError, NotFound, TooLarge } from '../platform/runtime/errors.ts'
import { incomingCall, type CallSettings } from '../platform/http/incoming-call.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { serveObjects } from '../platform/http/object-proxy.ts'
import type { SignedFolderOptions } from '../platform/storage/signed-folders.ts'
import { watchOverload } from '../platform/limits/overload.ts'
import type { FeedKind } from './endpoints/feed.ts'
import { endpointsWith } from './endpoints/table.ts'
import { asPublicError, failureEnvelope } from './envelope.ts'
import { drainAfterAnswers } from './connection-draining.ts'
import { readBodies } from './request-parameters.ts'
import { serveEndpoint } from './route.ts'
import { limitRate } from './rate-limiting.ts'
import { createUploadPlaces } from './uploads/upload-places.ts'
import type { UploadPace } from './uploads/upload-watch.ts'

export interface RestAdapterOptions {
  /** Executes operations. */
  readonly execute: ExecuteOperation
  /** Where this process reaches the object store, and the keys by which it verifies signed paths. */
  readonly objectStoreAddress: SignedFolderOptions
  /** The address under which clients reach this server, when it is not the one they call. */
  readonly publicUrl?: string | undefined
  readonly trustedProxies: readonly string[]
  /** The origins whose pages may call. */
  readonly allowedOrigins: AllowedOrigins
  /** What the feed shows. */
  readonly feed: FeedKind
  /** How late the event loop may be before calls are rejected, in milliseconds; 0 rejects none. */
  readonly shedLoadAfterMs: number
  /** How many calls one address may make per minute; 0 means no limit. The gateway has limits of its own. */
  readonly callsPerMinute: number
  readonly maxUploadBytes: number
  /** How many uploads may be in progress, in total and per address. */
  readonly uploadsAtOnce: number
  readonly uploadsAtOncePerAddress: number
  /** The minimum speed of an upload; by default what slow phones reach. */
  readonly uploadPace?: UploadPace
  /** Where files wait until their sender is known. */
  readonly uploadFolder: string
  readonly log: Logger
}

/**
 * Maximum size of a body with parameters, and of a request head with those in its query: four times the longest text, escaped.
 * A body with a video has its own limit.
 */
const parameterBytes = 48 * 1024
/** How long the object store may take to store a file, in milliseconds. */
const storeMs = 120_000
/** How long a client may go on sending after it was answered, in milliseconds. */
const lingerMs = 30_000

/** The server of the mobile contract, not listening yet: the sixteen routes, the media, and `GET /health`. */
export async function createRestAdapter(options: RestAdapterOptions): Promise<FastifyInstance> {
  const { log, publicUrl } = options
  const callSettings: CallSettings = { defaultLanguage: 'zh', publicUrl }
  const objectStore = new Pool(new URL(options.objectStoreAddress.url).origin, {
    headersTimeout: storeMs,
    bodyTimeout: storeMs,
  })
  await mkdir(options.uploadFolder, { recursive: true })

  const app = createHttpServer({
    name: 'rest',
    trustedProxies: options.trustedProxies,
    bodyBytes: parameterBytes,
    headBytes: parameterBytes,
    answerUnreadable: unreadable,
    log,
  })
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  const overload = watchOverload(options.shedLoadAfterMs)
  app.addHook('onClose', async () => {
    overload[Symbol.dispose]()
    await objectStore.close()
  })
  drainAfterAnswers(app, lingerMs)

  app.get('/health', () => ({ status: 'pass' }))
  await serveObjects(app, options.objectStoreAddress)
  await app.register(async (routes) => {
    await allowOrigins(routes, options.allowedOrigins)
    limitRate(routes, overload, options.callsPerMinute)
    await readBodies(routes)
    const uploadPlaces = createUploadPlaces(options.uploadsAtOnce, options.uploadsAtOncePerAddress)
    const shared = { ...options, callSettings, objectStore, uploadPlaces }
    for (const endpoint of endpointsWith(options.feed)) serveEndpoint(routes, endpoint, shared)
  })
  app.setNotFoundHandler(() => {
    throw new NotFound({ en: 'This address does not exist.', zh: '请求的地址不存在。' })
  })
  // Failures outside the sixteen routes; those handle their own.
  app.setErrorHandler<FastifyError>((thrown, request, reply) => {
    const { requestId, language } = incomingCall(request, callSettings)
    const error = asPublicError(thrown)
    if (!error) log.error({ err: thrown, requestId, path: request.routeOptions.url }, 'a request failed')
    const envelope = failureEnvelope(error ?? new InternalServerError(), language, {})
    return reply.code(envelope.status_code).header('cache-control', 'no-store').send(envelope)
  })
  await app.ready()
  return app
}

/** The answer to a request that no route sees. Users must learn that a request was too long. */
function unreadable(why: Unreadable): { status: number; body: object } {
  if (why === 'too long') {
    const error = new TooLarge({ en: 'The request is too large.', zh: '请求内容过大。' })
    return { status: 200, body: failureEnvelope(error, 'zh', {}) }
  }
  const error = new BadUserInput({ en: 'The request cannot be parsed.', zh: '无法解析请求内容。' })
  return { status: why === 'too slow' ? 408 : 400, body: failureEnvelope(error, 'zh', {}) }
}
