import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  GraphQLError,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Call } from '../../platform/call.ts'
import type { Caller } from '../../platform/caller.ts'
import { errorCodeOf, InternalServerError, messageIn } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { limits, tooManyTokens } from '../admission.ts'
import type { Authentication } from '../authentication.ts'
import { pageHeaders, sandboxPlugin, sandboxPolicy } from './landing-pages.ts'
import type { Author, Operations } from '../operations.ts'
import { presentError } from '../presentation.ts'

/** What Apollo Server knows of a request. */
interface RequestContext {
  readonly caller: Caller
  readonly author: Author
}

/** A call over HTTP. */
export interface HttpCall {
  readonly call: Call
  readonly author: Author
}

export interface DoorOptions {
  readonly path: string
  readonly schema: GraphQLSchema
  readonly authentication: Authentication
  readonly operations: Operations
  readonly readCall: (request: FastifyRequest) => HttpCall
  readonly landingPage: boolean
  readonly log: Logger
}

/** The text of documents that are kept parsed, in characters; a tree is some hundred times as large as its text. */
const keptCharacters = 256 * 1024

/**
 * Serves GraphQL over HTTP. Apollo Server reads the request and writes the answer, as clients know it; what lies between is
 * ours.
 *
 * An operation that was refused answers 400, or 429 when it came too soon. A token that is not valid answers 200 with the code UNAUTHENTICATED, as a
 * resolver that asks for a viewer does: so clients meet the end of a session in one place, the errors of the result, and
 * not sometimes as a failure of the network.
 */
export async function serveGraphql(app: FastifyInstance, options: DoorOptions): Promise<AsyncDisposable> {
  const { path, schema, authentication, operations, readCall, landingPage, log } = options
  const server = new ApolloServer<RequestContext>({
    schema,
    logger: log,
    // Validation follows in `operations`, behind the limits on an operation's form.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: limits.tokens },
    documentStore: createDocumentStore(),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => withoutInside(formatted, error, log),
    plugins: [answerWith(operations), sandboxPlugin(landingPage), ApolloServerPluginCacheControlDisabled()],
  })
  await server.start()

  async function contextOf(request: FastifyRequest): Promise<RequestContext> {
    const { call, author } = readCall(request)
    try {
      return { caller: await authentication.identify(call), author }
    } catch (error) {
      throw withStatus(presentError(error, call, log))
    }
  }

  app.route<{ Reply: string }>({
    method: ['GET', 'POST'],
    url: path,
    onRequest: (request, reply, next) => {
      void reply.header('cache-control', 'no-store')
      const isPage = landingPage && request.method === 'GET' && request.headers.accept?.includes('text/html')
      if (isPage) void reply.headers({ 'content-security-policy': sandboxPolicy, ...pageHeaders })
      next()
    },
    handler: fastifyApolloHandler(server, { context: contextOf }),
  })
  return { [Symbol.asyncDispose]: () => server.stop() }
}

function answerWith(operations: Operations): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async responseForOperation({ document, source, request, contextValue: { caller, author } }) {
          const { operationName, variables } = request
          const result = await operations.answer({ query: source, operationName, variables, document }, caller, author)
          const http = { headers: new HeaderMap(), ...('data' in result ? {} : { status: statusOf(result) }) }
          return { http, body: { kind: 'single', singleResult: result } }
        },
        willSendResponse({ response: { body }, source, contextValue: { caller } }) {
          if (body.kind === 'single') {
            const errors = body.singleResult.errors?.map((error) => ofRequest(error, source, caller))
            if (errors) body.singleResult = { ...body.singleResult, errors }
          }
          return Promise.resolve()
        },
      }),
  }
}

/** The HTTP status of an operation that was refused. */
function statusOf({ errors = [] }: ExecutionResult): number {
  return errors.some((error) => errorCodeOf(error) === 'RATE_LIMITED') ? 429 : 400
}

/** Gives an error of Apollo Server the request's id, and the right name to a text that was too long to parse. */
function ofRequest(error: GraphQLFormattedError, source: string | undefined, caller: Caller): GraphQLFormattedError {
  const { requestId, language } = caller
  if (error.extensions?.['requestId'] !== undefined) return error
  const refusal = error.extensions?.['code'] === 'GRAPHQL_PARSE_FAILED' && source ? tooManyTokens(source) : null
  if (!refusal) return { ...error, extensions: { ...error.extensions, requestId } }
  return { message: messageIn(language, refusal), extensions: { code: refusal.extensions['code'], requestId } }
}

/** What Apollo Server itself says of a request may be shown; of anything else only that it failed. */
function withoutInside(formatted: GraphQLFormattedError, error: unknown, log: Logger): GraphQLFormattedError {
  const { code, requestId } = formatted.extensions ?? {}
  if (code === 'INTERNAL_SERVER_ERROR' && requestId === undefined) {
    log.error({ err: error }, 'a request failed')
    return { message: new InternalServerError().message, extensions: { code } }
  }
  return { ...formatted, extensions: { code, ...(requestId !== undefined && { requestId }) } }
}

/** Tells Apollo Server the HTTP status of an error that was found before the operation was read. */
function withStatus(error: GraphQLError): GraphQLError {
  const { code } = error.extensions
  const status = code === 'UNAUTHENTICATED' ? 200 : code === 'UNAVAILABLE' ? 503 : 500
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } })
}

function createDocumentStore() {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: keptCharacters,
    sizeCalculation: (document) => Math.max(1, document.loc?.end ?? limits.bodyBytes),
  })
  return {
    get: (key: string) => Promise.resolve(documents.get(key)),
    set: (key: string, document: DocumentNode) => Promise.resolve(void documents.set(key, document)),
    delete: (key: string) => Promise.resolve(documents.delete(key)),
  }
}
