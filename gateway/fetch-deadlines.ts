import { withDeadline } from '../platform/deadline.ts'
import { deadlines, type OperationKind } from '../platform/deadlines.ts'
import { Unavailable } from '../platform/errors.ts'
import type { SubgraphClient } from './subgraph-data-source.ts'

/** The same subgraphs, each of them UNAVAILABLE when it does not answer in time. A mutation may happen all the same. */
export function withFetchDeadlines<Name extends string>(
  subgraphs: Readonly<Record<Name, SubgraphClient>>,
  ms: Readonly<Record<OperationKind, number>> = { query: deadlines.query.fetch, mutation: deadlines.mutation.fetch },
): Record<Name, SubgraphClient> {
  const limited = Object.entries<SubgraphClient>(subgraphs).map(([name, subgraph]): [string, SubgraphClient] => [
    name,
    {
      async execute(fetch, caller) {
        try {
          return await withDeadline(subgraph.execute(fetch, caller), ms[fetch.kind], () => new Unavailable())
        } catch (error) {
          if (error instanceof Unavailable) return { errors: [error] }
          throw error
        }
      },
    },
  ])
  return Object.fromEntries(limited) as Record<Name, SubgraphClient>
}
