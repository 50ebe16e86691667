import { createHash } from 'node:crypto'
import type { ApolloGateway } from '@apollo/gateway'
import { getOperationAST, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql'
import type { Operation } from '../../platform/call.ts'
import type { Caller } from '../../platform/caller.ts'
import type { Logger } from '../../platform/logger.ts'
import { placeholdersFor } from '../placeholders.ts'
import type { QueryPlan } from '../query-plan.ts'
import type { GatewayContext } from '../subgraph-data-source.ts'
import { systemCaller } from '../system-caller.ts'

export type GatewayExecutor = Awaited<ReturnType<ApolloGateway['load']>>['executor']

/** An operation whose document is valid and whose variables fit it. */
export interface ValidOperation extends Operation {
  readonly document: DocumentNode
}

/** The executor that comes with the gateway: it plans for every other one, too, and is what they are compared with. */
export interface StockExecutor {
  /**
   * Plans an operation without running it; null when it cannot be planned without its variables.
   *
   * @throws anything that makes planning impossible.
   */
  plan(operation: ValidOperation): Promise<QueryPlan | null>
  /**
   * @param onPlan looks at the query plan before it runs; when it throws, nothing runs.
   * @throws whatever `onPlan` threw, and anything that makes planning impossible.
   */
  execute(operation: ValidOperation, caller: Caller, onPlan: (plan: QueryPlan) => void): Promise<ExecutionResult>
}

/**
 * Calls the gateway's executor with a plain request context. Apollo Server's own context keeps the data of each request
 * alive until a full garbage collection.
 */
export function createStockExecutor(executor: GatewayExecutor, schema: GraphQLSchema, log: Logger): StockExecutor {
  const hashes = new WeakMap<DocumentNode, string>()

  function hashOf(document: DocumentNode, query: string): string {
    const known = hashes.get(document)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(query).digest('hex')
    hashes.set(document, hash)
    return hash
  }

  async function execute(
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
    return result as ExecutionResult
  }

  return {
    execute,
    async plan(operation) {
      const { document, operationName } = operation
      const node = getOperationAST(document, operationName)
      if (!node) throw new Error(`there is no operation ${operationName ?? 'in the text'}`)
      const variables = placeholdersFor(schema, node)
      let planned: QueryPlan | null = null
      // The gateway keeps a plan before anybody may look at it, so refusing it now is enough.
      const refusal = new Error('planned, not to be run')
      await execute({ ...operation, variables }, nobody, (plan) => {
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
