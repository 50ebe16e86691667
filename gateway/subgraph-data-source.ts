import type { GraphQLDataSource } from '@apollo/gateway'
import type { Caller } from '../platform/caller.ts'
import { withDeadline } from '../platform/deadline.ts'
import { Unavailable } from '../platform/errors.ts'
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

/** How long a fetch may take. A mutation may work on a file, and happen after it was given up. */
const defaultDeadlines = { queryMs: 5_000, mutationMs: 50_000 }

/** Lets the gateway's query plans fetch from a subgraph, which is UNAVAILABLE when it does not answer in time. */
export function createSubgraphDataSource(
  subgraph: SubgraphClient,
  deadlines = defaultDeadlines,
): GraphQLDataSource<GatewayContext> {
  return {
    async process({ request, context }) {
      const { query = '', operationName, variables } = request
      const { caller } = context as GatewayContext
      const { queryMs, mutationMs } = deadlines
      const ms = query.startsWith('mutation') ? mutationMs : queryMs
      const answer = withDeadline(subgraph.execute({ query, operationName, variables }, caller), ms, tooLate)
      const result = await answer.catch((error: unknown) => {
        if (error instanceof Unavailable) return { data: null, errors: [error] }
        throw error
      })
      return { data: result.data ?? null, ...(result.errors && { errors: result.errors }) }
    },
  }
}

function tooLate(): Unavailable {
  return new Unavailable()
}
