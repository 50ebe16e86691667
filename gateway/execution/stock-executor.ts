import type { ApolloGateway } from '@apollo/gateway'
import type { ExecutionResult, GraphQLSchema } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { PreparedOperation } from '../operation/prepared-operation.ts'
import { placeholdersFor } from '../operation/placeholders.ts'
import type { QueryPlan } from './query-plan.ts'
import type { GatewayContext } from './subgraph-client.ts'
import { systemCaller } from '../authentication/system-caller.ts'

export type GatewayExecutor = Awaited<ReturnType<ApolloGateway['load']>>['executor']

/** The parts of a prepared, valid operation that are executed. */
export type ValidOperation = Pick<PreparedOperation, 'text' | 'name' | 'document' | 'node' | 'hash'>

export type Variables = Readonly<Record<string, unknown>>

/** The gateway's own executor: it plans for all others, too, and they are compared with it. */
export interface StockExecutor {
  /**
   * Plans an operation without executing it; null when planning needs its variables.
   *
   * @throws any error that makes planning impossible.
   */
  plan(operation: ValidOperation): Promise<QueryPlan | null>
  /**
   * @param variables valid for the operation.
   * @param onPlan gets the query plan before execution; when it throws, nothing is executed.
   * @throws whatever `onPlan` threw, and any error that makes planning impossible.
   */
  execute(
    operation: ValidOperation,
    variables: Variables,
    caller: Caller,
    onPlan: (plan: QueryPlan) => void,
  ): Promise<ExecutionResult>
}

/**
 * Calls the gateway's executor with a plain request context. Apollo Server's own context keeps the data of each request alive
 * until a full garbage collection.
 */
export function createStockExecutor(executor: GatewayExecutor, schema: GraphQLSchema, log: Logger): StockExecutor {
  async function execute(
    { text, name, document, hash }: ValidOperation,
    variables: Variables,
    caller: Caller,
    onPlan: (plan: QueryPlan) => void,
  ): Promise<ExecutionResult> {
    const context: GatewayContext = { caller, onPlan }
    const result = await executor({
      request: { query: text, operationName: name, variables: { ...variables } },
      document,
      operationName: name ?? null,
      queryHash: hash(),
      context,
      schema,
      logger: log,
      metrics: {},
      cache: undefined,
      source: text,
      overallCachePolicy: undefined,
    } as unknown as Parameters<GatewayExecutor>[0])
    return result as ExecutionResult
  }

  return {
    execute,
    async plan(operation) {
      const variables = placeholdersFor(schema, operation.node)
      let planned: QueryPlan | null = null
      // The gateway caches a plan before this callback, so rejecting it here is sufficient.
      const stopAfterPlanning = new Error('planned, not to be run')
      await execute(operation, variables, nobody, (plan) => {
        planned = plan
        throw stopAfterPlanning
      }).catch((error: unknown) => {
        if (error !== stopAfterPlanning) throw error
      })
      return planned
    },
  }
}

const nobody = systemCaller('planning')
