import type { FastifyError, FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import { retryAfterOf, Unavailable } from '../../platform/runtime/errors.ts'
import { incomingCall, type CallSettings } from '../../platform/http/incoming-call.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import { tooManyBytes } from '../operation/admission.ts'
import { presentError } from '../operation/presented-errors.ts'
import { methodNotAllowed, RejectedRequest } from './rejected-request.ts'

export interface FailureOptions {
  /** Where GraphQL is served. */
  readonly path: string
  readonly settings: CallSettings
  readonly log: Logger
}

/** Answers requests that reach no route, or fail before they do, in GraphQL's form. */
export function answerFailures(app: FastifyInstance, { path, settings, log }: FailureOptions): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const reader = incomingCall(request, settings)
    void reply.header('cache-control', 'no-store').type('application/json; charset=utf-8')
    if (error instanceof RejectedRequest) {
      return reply
        .code(error.status)
        .headers(error.headers)
        .send({ errors: [error.shownTo(reader)] })
    }
    const status = error.statusCode ?? (error instanceof Unavailable ? 503 : 500)
    const isTooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    const shown =
      status < 500 && !isTooLarge
        ? new GraphQLError(error.message, { extensions: { code: 'BAD_REQUEST', requestId: reader.requestId } })
        : presentError(isTooLarge ? tooManyBytes() : error, reader, log)
    const seconds = retryAfterOf(shown)
    if (seconds !== undefined) void reply.header('retry-after', String(seconds))
    return reply.code(status).send({ errors: [shown] })
  })
  app.setNotFoundHandler((request) => {
    const [asked = ''] = request.url.split('?', 1)
    throw asked === path || asked === `${path}/` ? methodNotAllowed() : noSuchAddress()
  })
}

function noSuchAddress(): RejectedRequest {
  return new RejectedRequest(404, { en: 'This address does not exist.', zh: '请求的地址不存在。' }, 'NOT_FOUND')
}
