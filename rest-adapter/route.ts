import type { FastifyInstance, FastifyRequest } from 'fastify'
import { InternalServerError } from '../platform/errors.ts'
import { incomingCall, type DoorSettings } from '../platform/incoming-call.ts'
import type { Endpoint, Payload } from './endpoint.ts'
import { asPublicError, failureEnvelope, successEnvelope } from './envelope.ts'
import { askGraph } from './graph.ts'
import { formParameters, parametersOf, withToken } from './request-parameters.ts'
import { receiveUpload, type UploadOptions } from './upload.ts'

export interface RouteOptions extends UploadOptions {
  readonly door: DoorSettings
}

/** Serves an endpoint with and without its trailing slash, always under HTTP 200, whatever happens. */
export function serveEndpoint(app: FastifyInstance, endpoint: Endpoint, options: RouteOptions): void {
  for (const url of [endpoint.path, `${endpoint.path}/`]) {
    app.route({
      method: endpoint.method,
      url,
      handler: async (request) => successEnvelope(await answer(endpoint, request, options)),
      errorHandler(thrown, request, reply) {
        const { language, requestId } = incomingCall(request, options.door)
        const error = asPublicError(thrown)
        if (!error) options.log.error({ err: thrown, requestId, path: endpoint.path }, 'a route failed')
        const neutral = endpoint.neutral(parametersOf(request), Date.now())
        // What the client still sends is read and thrown away, so the connection stays good.
        void reply
          .code(200)
          .removeHeader('connection')
          .send(failureEnvelope(error ?? new InternalServerError(), language, neutral))
      },
    })
  }
}

async function answer(endpoint: Endpoint, request: FastifyRequest, options: RouteOptions): Promise<Payload> {
  const now = Date.now()
  const call = incomingCall(request, options.door)
  if ('askAbout' in endpoint) {
    const upload = await receiveUpload(request, call, options)
    const question = endpoint.askAbout(upload.uploadId, upload.parameters)
    return askGraph(options.execute, question, endpoint.token, upload.call, now)
  }
  if (request.isMultipart()) request.body = await formParameters(request)
  const parameters = parametersOf(request)
  return askGraph(options.execute, endpoint.ask(parameters, now), endpoint.token, withToken(call, parameters), now)
}
