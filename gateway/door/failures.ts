import type { FastifyError, FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import { Unavailable } from '../../platform/errors.ts'
import { incomingCall, type DoorSettings } from '../../platform/incoming-call.ts'
import type { Logger } from '../../platform/logger.ts'
import { tooManyBytes } from '../admission.ts'
import { presentError } from '../presentation.ts'

/** Answers requests that fail before they reach a route, such as a body that is too large or no JSON, in GraphQL's form. */
export function answerFailures(app: FastifyInstance, settings: DoorSettings, log: Logger): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const reader = incomingCall(request, settings)
    const status = error.statusCode ?? (error instanceof Unavailable ? 503 : 500)
    const isTooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    const shown =
      status < 500 && !isTooLarge
        ? new GraphQLError(error.message, { extensions: { code: 'BAD_REQUEST', requestId: reader.requestId } })
        : presentError(isTooLarge ? tooManyBytes() : error, reader, log)
    return reply.code(status).send({ errors: [shown] })
  })
}
