import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql'
import type { Call } from '../../platform/graphql/call.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import { compressed, worthwhile } from '../../platform/http/compression.ts'
import { errorCodeOf, messageIn, retryAfterOf } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import { varyBy } from '../../platform/http/vary.ts'
import type { Authentication } from '../authentication/authentication.ts'
import type { Operations } from '../operation/operations.ts'
import { isPrepared } from '../operation/prepared-operation.ts'
import type { OperationSource } from '../operation/prepared-operations.ts'
import { presentError, presentRequestError, type Reader } from '../operation/presented-errors.ts'
import { presentUnprepared } from '../operation/unprepared.ts'
import { pageHeaders, sandboxPage, sandboxPolicy } from './landing-pages.ts'
import { acceptedType, type Accepted } from './media-type.ts'
import { createPersistedQueries } from './persisted-queries.ts'
import { methodNotAllowed, mutationByGet, notAcceptable, RejectedRequest } from './rejected-request.ts'
import { isAsking, readGraphqlRequest } from './request.ts'

/** A call over HTTP. */
export interface HttpCall {
  readonly call: Call
  readonly source: OperationSource
}

export interface GraphqlServerOptions {
  readonly path: string
  readonly authentication: Authentication
  readonly operations: Operations
  readonly readCall: (request: FastifyRequest) => HttpCall
  readonly landingPage: boolean
  readonly log: Logger
}

/** An answer with its HTTP status. */
interface Answer {
  readonly status: number
  readonly result: ExecutionResult
  readonly headers?: Readonly<Record<string, string>>
  /** Whether it contains no secrets, so that it may be compressed. */
  readonly isPublic?: boolean
}

/** For clients that name no type, or accept anything. */
const anything: Accepted = { type: 'application/json', isNamed: false }

/**
 * Serves GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/), with GET for queries, too. Callers are
 * identified by tokens, never by cookies, so no page can make a browser call on a user's behalf.
 *
 * An executed operation answers 200, even if some of it failed. A rejected one answers 4xx, or 200 for clients that name
 * `application/json`, which follow the older rules; rate limits are 429 and outages 503 for everyone.
 *
 * A caller with an invalid token is anonymous. They can still sign in; fields that need a viewer fail one by one, and the
 * answer says in its `extensions` and in `WWW-Authenticate` (RFC 6750 §3) that the token was invalid.
 */
export async function serveGraphql(app: FastifyInstance, options: GraphqlServerOptions): Promise<void> {
  const { path, authentication, operations, readCall, log } = options
  const page = options.landingPage ? Buffer.from(await sandboxPage()) : null
  const persistedQueries = createPersistedQueries()

  async function answerTo(request: FastifyRequest, { call, source }: HttpCall): Promise<Answer> {
    const { variables = {}, operationName, ...asked } = readGraphqlRequest(request)
    const { text, keep } = persistedQueries.textOf({ variables, operationName, ...asked })
    const operation = operations.prepare(text, operationName, source)
    if (!isPrepared(operation)) return rejection([presentUnprepared(operation, text, call)])
    keep()
    if (operation.node.operation === OperationTypeNode.SUBSCRIPTION)
      return rejection([subscriptionByRequest(`${call.origin}${path}`, call)])
    if (request.method !== 'POST' && operation.kind === 'mutation') throw mutationByGet()
    const { caller, headers, extensions } = await identified(call, source)
    const result = await operations.answer(operation, variables, caller, source)
    if (!('data' in result)) return { ...rejection(result.errors ?? []), headers }
    const isPublic = !operation.answersSecrets
    return { status: 200, result: extensions ? { ...result, extensions } : result, headers, isPublic }
  }

  async function identified(call: Call, source: OperationSource): Promise<Identified> {
    try {
      return { caller: await authentication.identify(call), headers: {} }
    } catch (error) {
      const isInvalid = error instanceof GraphQLError && errorCodeOf(error) === 'UNAUTHENTICATED'
      // The adapter has its own rules for tokens.
      if (!isInvalid || source === 'system') throw error
      const { token: _invalid, ...client } = call
      return {
        caller: { ...client, viewer: null, hasInvalidToken: true },
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
        extensions: { token: { code: 'UNAUTHENTICATED', message: messageIn(call.language, error) } },
      }
    }
  }

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<string | Buffer> {
    const httpCall = readCall(request)
    void reply.header('cache-control', httpCall.call.token === null ? 'no-store' : 'private, no-store')
    const accepted = acceptedType(request.headers.accept)
    const { status, result, headers, isPublic } = await answered(async () => {
      if (!accepted) throw notAcceptable()
      return answerTo(request, httpCall)
    }, httpCall.call)
    const { type, isNamed } = accepted ?? anything
    const isLegacy = isNamed && type === 'application/json' && status === 400 && result.errors?.every(isOfOperation)
    const seconds = Math.max(0, ...(result.errors ?? []).map((error) => retryAfterOf(error) ?? 0))
    if (seconds > 0) void reply.header('retry-after', String(seconds))
    varyBy(reply, 'accept')
    void reply
      .code(isLegacy ? 200 : status)
      .headers(headers ?? {})
      .type(`${type}; charset=utf-8`)
    const text = JSON.stringify(result)
    return isPublic && text.length >= worthwhile ? compressed(request, reply, text) : text
  }

  async function answered(answer: () => Promise<Answer>, reader: Reader): Promise<Answer> {
    try {
      return await answer()
    } catch (error) {
      if (error instanceof RejectedRequest) {
        return { status: error.status, result: { errors: [error.shownTo(reader)] }, headers: error.headers }
      }
      return rejection([presentError(error, reader, log)], 200)
    }
  }

  // The types that a form on a foreign page can send are not accepted.
  app.removeContentTypeParser('text/plain')
  for (const url of [path, `${path}/`]) {
    app.get(url, (request, reply) => {
      if (page === null || isAsking(request.query) || !request.headers.accept?.includes('text/html')) {
        return handle(request, reply)
      }
      void reply.headers({ 'cache-control': 'no-store', 'content-security-policy': sandboxPolicy, ...pageHeaders })
      void reply.type('text/html')
      return compressed(request, reply, page, 'thorough')
    })
    app.post(url, handle)
    app.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url,
      onRequest: (_request, _reply, next) => next(methodNotAllowed()),
      handler: () => undefined,
    })
  }
}

interface Identified {
  readonly caller: Caller
  readonly headers: Readonly<Record<string, string>>
  /** Says that the token was invalid. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/**
 * The answer when nothing was executed.
 *
 * @param unauthenticated the status for missing authentication: clients find expired sessions in the errors of results, and not
 * sometimes as a transport failure.
 */
function rejection(errors: readonly GraphQLError[], unauthenticated = 400): Answer {
  const code = errors[0] && errorCodeOf(errors[0])
  const statuses = { RATE_LIMITED: 429, UNAVAILABLE: 503, INTERNAL_SERVER_ERROR: 500, UNAUTHENTICATED: unauthenticated }
  const status = code !== undefined && code in statuses ? statuses[code as keyof typeof statuses] : 400
  return { status, result: { errors } }
}

/**
 * The refusal of a subscription in a request that has one answer.
 *
 * @param url where GraphQL is served.
 */
function subscriptionByRequest(url: string, reader: Reader): GraphQLError {
  const message = `There are no subscriptions in a request with one answer: open a WebSocket at ${url.replace(/^http/, 'ws')} (graphql-transport-ws), or ask ${url} for text/event-stream.`
  return presentRequestError(new GraphQLError(message), 'OPERATION_RESOLUTION_FAILURE', reader)
}

/** Whether an error is about an operation, and not about its request. */
function isOfOperation({ extensions }: GraphQLError): boolean {
  const code = String(extensions['code'])
  return code !== 'BAD_REQUEST' && !code.startsWith('PERSISTED_QUERY')
}
