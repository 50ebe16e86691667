import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Call } from '../platform/graphql/call.ts'
import { compressed } from '../platform/http/compression.ts'
import { InternalServerError, retryAfterOf } from '../platform/runtime/errors.ts'
import { incomingCall, type DoorSettings } from '../platform/http/incoming-call.ts'
import { varyBy } from '../platform/http/vary.ts'
import type { Endpoint } from './endpoint.ts'
import { asPublicError, failureEnvelope, type Envelope } from './envelope.ts'
import { askGraph } from './graph.ts'
import { formParameters, parametersOf, withToken } from './request-parameters.ts'
import { receiveUpload, type UploadOptions } from './uploads/upload.ts'
import { writeAnswer, writeEnvelope } from './written-answers.ts'

export interface RouteOptions extends UploadOptions {
  readonly door: DoorSettings
}

/** Serves an endpoint with and without its trailing slash, always under HTTP 200, whatever happens. */
export function serveEndpoint(app: FastifyInstance, endpoint: Endpoint, options: RouteOptions): void {
  function refuse(thrown: unknown, request: FastifyRequest, call: Call, reply: FastifyReply): Envelope {
    const error = asPublicError(thrown)
    const retryAfter = error && retryAfterOf(error)
    void reply.headers({ ...personal, ...(retryAfter != null && { 'retry-after': String(retryAfter) }) })
    const { path, neutral } = endpoint
    if (!error) options.log.error({ err: thrown, requestId: call.requestId, path }, 'a route failed')
    const payload = neutral(parametersOf(request), Date.now())
    return failureEnvelope(error ?? new InternalServerError(), call.language, payload)
  }

  for (const url of [endpoint.path, `${endpoint.path}/`]) {
    app.route({
      // Routes that only read answer POST, too: other servers of the contract do, and suites rely on it.
      method: endpoint.method === 'GET' ? ['GET', 'POST'] : endpoint.method,
      url,
      config: { takesFiles: endpoint.kind === 'upload' },
      async handler(request, reply) {
        const call = incomingCall(request, options.door)
        void reply.type('application/json; charset=utf-8')
        try {
          const { content, isPersonal } = await answer(endpoint, request, call, options)
          void reply.headers(isPersonal ? personal : common)
          if (!isPersonal) varyBy(reply, 'authorization, token')
          // Those answer what no length may tell: a token.
          return endpoint.token === 'ignored' ? content : await compressed(request, reply, content)
        } catch (thrown) {
          return writeEnvelope(refuse(thrown, request, call, reply))
        }
      },
      /** What comes here did not come as far as the handler: its body cannot be read. */
      errorHandler(thrown, request, reply) {
        const failure = refuse(thrown, request, incomingCall(request, options.door), reply)
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
): Promise<{ readonly content: Buffer | string; readonly isPersonal: boolean }> {
  const now = Date.now()
  if (endpoint.kind === 'upload') {
    const upload = await receiveUpload(request, call, options)
    const question = endpoint.askAbout(upload.uploadId, upload.parameters)
    const published = await askGraph(options.execute, question, endpoint.token, upload.call)
    return { content: writeAnswer(question, published, now), isPersonal: true }
  }
  if (request.isMultipart()) request.body = await formParameters(request)
  const parameters = parametersOf(request)
  const sender = withToken(call, parameters)
  const isPersonal = sender.token !== null || endpoint.token !== 'optional'
  const question = endpoint.ask(parameters, now)
  const found = await askGraph(options.execute, question, endpoint.token, sender)
  return { content: writeAnswer(question, found, now), isPersonal }
}

/** With an answer that depends on its caller, tells of a failure, or gives a token away. */
const personal = { 'cache-control': 'private, no-store' }
/** With what everybody is answered who has no token; it changes every moment. */
const common = { 'cache-control': 'public, no-cache' }
