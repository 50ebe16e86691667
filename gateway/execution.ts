import { createHash } from 'node:crypto'
import type { ApolloGateway } from '@apollo/gateway'
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql'
import type { Operation } from '../platform/call.ts'
import type { Caller } from '../platform/caller.ts'
import type { Logger } from '../platform/logger.ts'
import { createDirectExecutions } from './direct-execution.ts'
import { presentError } from './presentation.ts'
import type { QueryPlan } from './query-plan.ts'
import type { GatewayContext, SubgraphClient } from './subgraph-data-source.ts'

type GatewayExecutor = Awaited<ReturnType<ApolloGateway['load']>>['executor']

/** An operation whose document is valid and whose variables fit it. */
export interface ValidOperation extends Operation {
  readonly document: DocumentNode
}

/** Runs valid operations through the gateway's query plans. */
export interface GraphExecution {
  /**
   * Answers with errors that are ready to be shown.
   *
   * @param onPlan looks at the query plan before it runs; when it throws, nothing runs.
   * @throws whatever `onPlan` threw, and anything that makes planning impossible.
   */
  run(operation: ValidOperation, caller: Caller, onPlan: (plan: QueryPlan) => void): Promise<ExecutionResult>
  /**
   * The same for an operation of our own, which may hold a `__typename` or an `id` more than was asked for.
   *
   * @throws anything that makes planning impossible.
   */
  runOwn(operation: ValidOperation, caller: Caller): Promise<ExecutionResult>
}

/**
 * Calls the gateway's executor with a plain request context. Apollo Server's own context keeps the data of each request
 * alive until a full garbage collection.
 */
export function createGraphExecution(
  executor: GatewayExecutor,
  schema: GraphQLSchema,
  subgraphs: Readonly<Record<string, SubgraphClient>>,
  log: Logger,
): GraphExecution {
  const directExecutions = createDirectExecutions(subgraphs)
  const hashes = new WeakMap<DocumentNode, string>()

  function hashOf(document: DocumentNode, query: string): string {
    const known = hashes.get(document)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(query).digest('hex')
    hashes.set(document, hash)
    return hash
  }

  function presented({ data, errors }: ExecutionResult, caller: Caller): ExecutionResult {
    return { data: data ?? null, ...(errors && { errors: errors.map((error) => presentError(error, caller, log)) }) }
  }

  async function run(
    { query, operationName, variables, document }: ValidOperation,
    caller: Caller,
    onPlan: (plan: QueryPlan) => void,
  ): Promise<ExecutionResult> {
    const context: GatewayContext = { caller, onPlan }
    const result = await executor({
      request: { query, operationName, variables: { ...variables } },
      document,
      operationName: operationName ?? null,
      queryHash: hashOf(document, query),
      context,
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
    return presented(result as ExecutionResult, caller)
  }

  return {
    run,
    async runOwn(operation, caller) {
      const { document, variables = {} } = operation
      const executeDirectly = directExecutions.of(document)
      if (executeDirectly) return presented(await executeDirectly(variables, caller), caller)
      return run(operation, caller, (plan) => directExecutions.remember(document, plan))
    },
  }
}
