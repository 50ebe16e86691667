import type { GraphQLDataSource } from '@apollo/gateway'
import type { Caller } from '../platform/caller.ts'
import type { Subgraph } from '../platform/subgraph.ts'
import type { QueryPlan } from './query-plan.ts'

/** A subgraph as the gateway sees it, in this process or in another. */
export type SubgraphClient = Pick<Subgraph, 'execute'>

/** What the gateway carries through an operation. */
export interface GatewayContext {
  readonly caller: Caller
  /** Looks at the query plan before it runs; when it throws, nothing runs. */
  readonly onPlan: (plan: QueryPlan) => void
}

/** Lets the gateway's query plans fetch from a subgraph. */
export function createSubgraphDataSource(subgraph: SubgraphClient): GraphQLDataSource<GatewayContext> {
  return {
    async process({ request, context }) {
      const { query = '', operationName, variables } = request
      const { caller } = context as GatewayContext
      const result = await subgraph.execute({ query, operationName, variables }, caller)
      return { data: result.data ?? null, ...(result.errors && { errors: result.errors }) }
    },
  }
}
