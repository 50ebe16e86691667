import { mkdir } from 'node:fs/promises'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import type { ExecuteOperation } from '../platform/call.ts'
import { NotFound } from '../platform/errors.ts'
import { incomingCall, type DoorSettings } from '../platform/incoming-call.ts'
import type { Logger } from '../platform/logger.ts'
import { serveObjects } from '../platform/object-proxy.ts'
import { allowEveryOrigin } from './cross-origin.ts'
import { endpoints } from './endpoints/table.ts'
import { failureEnvelope } from './envelope.ts'
import { lingerAfterAnswers } from './lingering.ts'
import { readBodies } from './request-parameters.ts'
import { serveEndpoint } from './route.ts'
import { createViews } from './view/view.ts'

export interface RestAdapterOptions {
  /** Puts operations to the graph. */
  readonly execute: ExecuteOperation
  /** Where this process reaches the object store. */
  readonly objectStoreUrl: string
  /** The address under which clients reach this door, when it is not the one that they call. */
  readonly publicUrl?: string | undefined
  readonly trustProxy: boolean
  readonly maxUploadBytes: number
  /** Where files wait until their senders have said who they are. */
  readonly uploadFolder: string
  readonly log: Logger
}

/**
 * What a body of parameters may weigh, and a request's head with those in its query: the longest text, escaped, four times
 * over. A body that is a video has its own limit.
 */
const parameterBytes = 48 * 1024
/** How long a connection may stand still; the longest answer takes less. */
const silenceMs = 120_000
/** How long a request may take to come in: a video over a bad connection. */
const requestMs = 1_800_000
/** How long a client may go on sending after it was answered. */
const lingerMs = 30_000

/** The mobile contract's door, ready but not listening: the sixteen routes, the media, and `GET /health`. */
export async function createRestAdapter(options: RestAdapterOptions): Promise<FastifyInstance> {
  const { log, publicUrl } = options
  const logger: FastifyBaseLogger = log
  const door: DoorSettings = { defaultLanguage: 'zh', publicUrl }
  const objectStore = new Pool(new URL(options.objectStoreUrl).origin, {
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  })
  await mkdir(options.uploadFolder, { recursive: true })

  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    connectionTimeout: silenceMs,
    requestTimeout: requestMs,
    bodyLimit: parameterBytes,
    http: { maxHeaderSize: parameterBytes },
    // A base address that ends in a slash is the commonest mistake in the client's settings.
    routerOptions: { ignoreDuplicateSlashes: true },
  })
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true })
  app.addHook('onClose', () => objectStore.close())
  lingerAfterAnswers(app, lingerMs)

  app.get('/health', () => ({ status: 'pass' }))
  await serveObjects(app, options.objectStoreUrl)
  const openView = createViews(options.execute)
  await app.register(async (routes) => {
    allowEveryOrigin(routes)
    await readBodies(routes)
    for (const endpoint of endpoints) serveEndpoint(routes, endpoint, { ...options, door, objectStore, openView })
  })
  app.setNotFoundHandler((request, reply) => {
    const error = new NotFound({ en: 'There is nothing at this address.', zh: '请求的地址不存在。' })
    return reply.code(404).send(failureEnvelope(error, incomingCall(request, door).language, {}))
  })
  await app.ready()
  return app
}
