import { withDeadline } from '../platform/deadline.ts'
import { Unavailable } from '../platform/errors.ts'
import type { SubgraphClient } from './subgraph-data-source.ts'

/** How long a fetch may take: a little longer than a subgraph in another process gets, which has more to say about it. */
const usualDeadlines = { queryMs: 4_000, mutationMs: 50_000 }

/** The same subgraphs, each of them UNAVAILABLE when it does not answer in time. A mutation may happen all the same. */
export function withFetchDeadlines<Name extends string>(
  subgraphs: Readonly<Record<Name, SubgraphClient>>,
  deadlines = usualDeadlines,
): Record<Name, SubgraphClient> {
  const limited = Object.entries<SubgraphClient>(subgraphs).map(([name, subgraph]): [string, SubgraphClient] => [
    name,
    {
      async execute(operation, caller) {
        const ms = operation.query.startsWith('mutation') ? deadlines.mutationMs : deadlines.queryMs
        try {
          return await withDeadline(subgraph.execute(operation, caller), ms, () => new Unavailable())
        } catch (error) {
          if (error instanceof Unavailable) return { errors: [error] }
          throw error
        }
      },
    },
  ])
  return Object.fromEntries(limited) as Record<Name, SubgraphClient>
}
