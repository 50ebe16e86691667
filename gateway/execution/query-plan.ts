import type { GatewayConfig } from '@apollo/gateway'

type DidResolveQueryPlan = NonNullable<GatewayConfig['experimental_didResolveQueryPlan']>

/** How the gateway fetches an operation from the subgraphs. */
export type QueryPlan = Parameters<DidResolveQueryPlan>[0]['queryPlan']
type PlanNode = NonNullable<QueryPlan['node']>

/** The number of fetches in a plan; of a condition's two branches, the larger one counts. */
export function fetchesOf(plan: QueryPlan): number {
  return fetchesIn(plan.node)
}

function fetchesIn(node: PlanNode | undefined): number {
  switch (node?.kind) {
    case 'Fetch':
      return 1
    case 'Flatten':
      return fetchesIn(node.node)
    case 'Sequence':
    case 'Parallel':
      return node.nodes.reduce((sum, child) => sum + fetchesIn(child), 0)
    case 'Condition':
      return Math.max(fetchesIn(node.ifClause), fetchesIn(node.elseClause))
    // The gateway plans neither of these two.
    case 'Defer':
    case 'Subscription':
    case undefined:
      return 0
  }
}
