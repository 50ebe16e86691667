import { ApolloGateway } from '@apollo/gateway'
import type { Logger } from '../../platform/runtime/logger.ts'
import { createSubgraphDataSource, type GatewayContext, type SubgraphClient } from './subgraph-client.ts'

/** How much of memory query plans may take, by the gateway's own reckoning. */
const queryPlanMebibytes = 10

/** Makes a gateway, not loaded yet, of a supergraph over the given subgraphs. */
export function loadSupergraph(
  supergraphSdl: string,
  subgraphs: Readonly<Record<string, SubgraphClient>>,
  log: Logger,
): ApolloGateway {
  // The gateway reports to its maker unless this variable says otherwise; there is no option.
  // eslint-disable-next-line no-restricted-properties
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
  return new ApolloGateway({
    supergraphSdl,
    buildService({ name }) {
      const subgraph = subgraphs[name]
      if (!subgraph) throw new Error(`the supergraph has a subgraph ${name} that is not here`)
      return createSubgraphDataSource(subgraph)
    },
    experimental_approximateQueryPlanStoreMiB: queryPlanMebibytes,
    experimental_didResolveQueryPlan: ({ queryPlan, requestContext }) =>
      (requestContext.context as unknown as GatewayContext).onPlan(queryPlan),
    logger: log,
  })
}
