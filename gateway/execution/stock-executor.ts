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

/** What is executed of a prepared operation, which is valid. */
export type ValidOperation = Pick<PreparedOperation, 'text' | 'name' | 'document' | 'node' | 'hash'>

export type Variables = Readonly<Record<string, unknown>>

/** The executor that comes with the gateway: it plans for every other one, too, and is what they are compared with. */
export interface StockExecutor {
  /**
   * Plans an operation without running it; null when it cannot be planned without its variables.
   *
   * @throws anything that makes planning impossible.
   */
  plan(operation: ValidOperation): Promise<QueryPlan | null>
  /**
   * @param variables fit the operation.
   * @param onPlan looks at the query plan before it runs; when it throws, nothing runs.
   * @throws whatever `onPlan` threw, and anything that makes planning impossible.
   */
  execute(
    operation: ValidOperation,
    variables: Variables,
    caller: Caller,
    onPlan: (plan: QueryPlan) => void,
  ): Promise<ExecutionResult>
}

/**
 * Calls the gateway's executor with a plain request context. Apollo Server's own context keeps the data of each request
 * alive until a full garbage collection.
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
      // The gateway keeps a plan before anybody may look at it, so refusing it now is enough.
      const refusal = new Error('planned, not to be run')
      await execute(operation, variables, nobody, (plan) => {
        planned = plan
        throw refusal
      }).catch((error: unknown) => {
        if (error !== refusal) throw error
      })
      return planned
    },
  }
}

const nobody = systemCaller('planning')
