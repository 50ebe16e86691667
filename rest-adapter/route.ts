import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Call } from '../platform/call.ts'
import { InternalServerError } from '../platform/errors.ts'
import { incomingCall, type DoorSettings } from '../platform/incoming-call.ts'
import type { Endpoint, Payload } from './endpoint.ts'
import { asPublicError, envelopeBytes, failureEnvelope, successBytes, type Envelope } from './envelope.ts'
import { askGraph, underTokenRule } from './graph.ts'
import { formParameters, parametersOf, withToken } from './request-parameters.ts'
import { receiveUpload, type UploadOptions } from './upload.ts'
import type { OpenView } from './view/view.ts'

export interface RouteOptions extends UploadOptions {
  readonly door: DoorSettings
  readonly openView: OpenView
}

/** Serves an endpoint with and without its trailing slash, always under HTTP 200, whatever happens. */
export function serveEndpoint(app: FastifyInstance, endpoint: Endpoint, options: RouteOptions): void {
  function refuse(thrown: unknown, request: FastifyRequest, call: Call): Envelope {
    const error = asPublicError(thrown)
    const { path, neutral } = endpoint
    if (!error) options.log.error({ err: thrown, requestId: call.requestId, path }, 'a route failed')
    const payload = neutral(parametersOf(request), Date.now())
    return failureEnvelope(error ?? new InternalServerError(), call.language, payload)
  }

  for (const url of [endpoint.path, `${endpoint.path}/`]) {
    app.route({
      method: endpoint.method,
      url,
      config: { takesFiles: 'askAbout' in endpoint },
      async handler(request, reply) {
        const call = incomingCall(request, options.door)
        void reply.type('application/json; charset=utf-8')
        try {
          return successBytes(await answer(endpoint, request, call, options))
        } catch (thrown) {
          return envelopeBytes(refuse(thrown, request, call))
        }
      },
      /** What comes here did not come as far as the handler: its body cannot be read. */
      errorHandler(thrown, request, reply) {
        const failure = refuse(thrown, request, incomingCall(request, options.door))
        // What the client still sends is read and thrown away, so the connection stays good.
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
): Promise<Payload> {
  const now = Date.now()
  if ('askAbout' in endpoint) {
    const upload = await receiveUpload(request, call, options)
    const question = endpoint.askAbout(upload.uploadId, upload.parameters)
    return askGraph(options.execute, question, endpoint.token, upload.call, now)
  }
  if (request.isMultipart()) request.body = await formParameters(request)
  const parameters = parametersOf(request)
  const sender = withToken(call, parameters)
  if ('show' in endpoint) {
    return underTokenRule(endpoint.token, sender, (caller) => endpoint.show(parameters, options.openView(caller), now))
  }
  return askGraph(options.execute, endpoint.ask(parameters, now), endpoint.token, sender, now)
}
