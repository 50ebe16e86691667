import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Call } from '../platform/graphql/call.ts'
import { compressed } from '../platform/http/compression.ts'
import { InternalServerError, retryAfterOf } from '../platform/runtime/errors.ts'
import { incomingCall, type CallSettings } from '../platform/http/incoming-call.ts'
import { varyBy } from '../platform/http/vary.ts'
import type { Endpoint } from './endpoint.ts'
import { asPublicError, failureEnvelope, type Envelope } from './envelope.ts'
import { executeRequest } from './graph.ts'
import { formParameters, parametersOf, withToken } from './request-parameters.ts'
import { receiveUpload, type UploadOptions } from './uploads/upload.ts'
import { writeAnswer, writeEnvelope } from './written-answers.ts'

export interface RouteOptions extends UploadOptions {
  readonly callSettings: CallSettings
}

/** Serves an endpoint with and without its trailing slash; the HTTP status is always 200. */
export function serveEndpoint(app: FastifyInstance, endpoint: Endpoint, options: RouteOptions): void {
  function refuse(thrown: unknown, request: FastifyRequest, call: Call, reply: FastifyReply): Envelope {
    const error = asPublicError(thrown)
    const retryAfter = error && retryAfterOf(error)
    void reply.headers({ ...personal, ...(retryAfter != null && { 'retry-after': String(retryAfter) }) })
    const { path, failurePayload } = endpoint
    if (!error) options.log.error({ err: thrown, requestId: call.requestId, path }, 'a route failed')
    const payload = failurePayload(parametersOf(request), Date.now())
    return failureEnvelope(error ?? new InternalServerError(), call.language, payload)
  }

  for (const url of [endpoint.path, `${endpoint.path}/`]) {
    app.route({
      // Read-only routes accept POST, too: other servers of the contract do, and test suites rely on it.
      method: endpoint.method === 'GET' ? ['GET', 'POST'] : endpoint.method,
      url,
      config: { takesFiles: endpoint.kind === 'upload' },
      async handler(request, reply) {
        const call = incomingCall(request, options.callSettings)
        void reply.type('application/json; charset=utf-8')
        try {
          const { content, isPersonal } = await answer(endpoint, request, call, options)
          void reply.headers(isPersonal ? personal : common)
          if (!isPersonal) varyBy(reply, 'authorization, token')
          // These routes return tokens, whose answers must not be compressed.
          return endpoint.token === 'ignored' ? content : await compressed(request, reply, content)
        } catch (thrown) {
          return writeEnvelope(refuse(thrown, request, call, reply))
        }
      },
      /** Errors before the handler: the body cannot be parsed. */
      errorHandler(thrown, request, reply) {
        const failure = refuse(thrown, request, incomingCall(request, options.callSettings), reply)
        // The rest of the request is read and discarded, so the connection stays usable.
        void reply.code(200).removeHeader('connection').send(failure)
      },
    })
  }
}

async function answer(
  endpoint: Endpoint,
  request: FastifyRequest,
  call: Call,
  options: RouteOptions,
): Promise<{ readonly content: Buffer | string; readonly isPersonal: boolean }> {
  const now = Date.now()
  if (endpoint.kind === 'upload') {
    const upload = await receiveUpload(request, call, options)
    const question = endpoint.requestForUpload(upload.uploadId, upload.parameters)
    const published = await executeRequest(options.execute, question, endpoint.token, upload.call)
    return { content: writeAnswer(question, published, now), isPersonal: true }
  }
  if (request.isMultipart()) request.body = await formParameters(request)
  const parameters = parametersOf(request)
  const sender = withToken(call, parameters)
  const isPersonal = sender.token !== null || endpoint.token !== 'optional'
  const question = endpoint.requestFor(parameters, now)
  const found = await executeRequest(options.execute, question, endpoint.token, sender)
  return { content: writeAnswer(question, found, now), isPersonal }
}

/** For answers that depend on the caller, are failures, or contain a token. */
const personal = { 'cache-control': 'private, no-store' }
/** For answers that are the same for all anonymous callers; they change all the time. */
const common = { 'cache-control': 'public, no-cache' }
