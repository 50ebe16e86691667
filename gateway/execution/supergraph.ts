import { ApolloGateway } from '@apollo/gateway'
import type { Logger } from '../../platform/runtime/logger.ts'
import { createSubgraphDataSource, type GatewayContext, type SubgraphClient } from './subgraph-client.ts'

/** The memory for query plans, by the gateway's own estimate. */
const queryPlanMebibytes = 10

/** Creates a gateway of a supergraph with the given subgraphs; it is not loaded yet. */
export function loadSupergraph(
  supergraphSdl: string,
  subgraphs: Readonly<Record<string, SubgraphClient>>,
  log: Logger,
): ApolloGateway {
  // The gateway sends telemetry to its vendor unless this variable is set; there is no option.
  // eslint-disable-next-line no-restricted-properties
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
  return new ApolloGateway({
    supergraphSdl,
    buildService({ name }) {
      const subgraph = subgraphs[name]
      if (!subgraph) throw new Error(`the subgraph ${name} of the supergraph is missing here`)
      return createSubgraphDataSource(subgraph)
    },
    experimental_approximateQueryPlanStoreMiB: queryPlanMebibytes,
    experimental_didResolveQueryPlan: ({ queryPlan, requestContext }) =>
      (requestContext.context as unknown as GatewayContext).onPlan(queryPlan),
    logger: log,
  })
}
