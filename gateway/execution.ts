import type { ApolloGateway } from '@apollo/gateway'
import { GraphQLError, parse, validate, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql'
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../platform/caller.ts'
import { errorCodeOf, InternalServerError, messageIn } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { Authentication } from './authentication.ts'
import type { ExecuteOperation, Operation } from '../platform/call.ts'

type GatewayExecutor = Awaited<ReturnType<ApolloGateway['load']>>['executor']

/** Runs parsed operations through the gateway's query plans. */
export interface GraphExecution {
  /** Executes a document that is valid already; errors are ready to be shown. */
  run(operation: Operation & { readonly document: DocumentNode }, caller: Caller): Promise<ExecutionResult>
}

/**
 * Calls the gateway's executor with a plain request context. Apollo Server's own context keeps the data of each request
 * alive until a full garbage collection.
 */
export function createGraphExecution(executor: GatewayExecutor, schema: GraphQLSchema, log: Logger): GraphExecution {
  const hashes = new WeakMap<DocumentNode, string>()

  function hashOf(document: DocumentNode, query: string): string {
    const known = hashes.get(document)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(query).digest('hex')
    hashes.set(document, hash)
    return hash
  }

  return {
    async run({ query, operationName, variables, document }, caller) {
      const result = await executor({
        request: { query, operationName, variables: { ...variables } },
        document,
        operationName: operationName ?? null,
        queryHash: hashOf(document, query),
        context: { caller },
        schema,
        logger: log,
        metrics: {},
        cache: undefined,
        source: query,
        overallCachePolicy: undefined,
      } as unknown as Parameters<GatewayExecutor>[0])
      if (result.extensions?.['valueCompletion']) {
        log.error({ valueCompletion: result.extensions['valueCompletion'] }, 'a subgraph broke its own schema')
      }
      return {
        data: (result.data ?? null) as ExecutionResult['data'],
        ...(result.errors && { errors: result.errors.map((error) => presentError(error, caller, log)) }),
      }
    },
  }
}

/** Executes the trusted operations of the REST adapter: parsed and validated once, no admission. */
export function createTrustedExecution(
  execution: GraphExecution,
  authentication: Authentication,
  schema: GraphQLSchema,
  log: Logger,
): ExecuteOperation {
  const documents = new LRUCache<string, DocumentNode>({ max: 1_000 })

  function documentOf(query: string): DocumentNode {
    const known = documents.get(query)
    if (known) return known
    const document = parse(query)
    const [error] = validate(schema, document)
    if (error) throw error
    documents.set(query, document)
    return document
  }

  return async (operation, call) => {
    try {
      const caller = await authentication.identify(call)
      return await execution.run({ ...operation, document: documentOf(operation.query) }, caller)
    } catch (error) {
      return { data: null, errors: [presentError(asGraphQLError(error), call, log)] }
    }
  }
}

/** An error as a client may see it: in his language, with its code, and without a word about the inside. */
export function presentError(
  error: GraphQLError,
  caller: Pick<Caller, 'language' | 'requestId'>,
  log: Logger,
): GraphQLError {
  const code = errorCodeOf(error)
  if (code === undefined) log.error({ err: error, requestId: caller.requestId }, 'an operation failed')
  const shown = code === undefined ? new InternalServerError() : error
  return new GraphQLError(messageIn(caller.language, shown), {
    ...(error.path && { path: error.path }),
    extensions: { code: errorCodeOf(shown), requestId: caller.requestId },
  })
}

export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  return new GraphQLError('failed', { originalError: error instanceof Error ? error : new Error(String(error)) })
}
