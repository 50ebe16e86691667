import { withDeadline } from '../../platform/graphql/deadline.ts'
import { deadlines, type OperationKind } from '../../platform/graphql/deadlines.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import type { SubgraphClient } from './subgraph-client.ts'

/** The same subgraphs, each of them UNAVAILABLE when it does not answer in time. A mutation may happen all the same. */
export function withFetchDeadlines<Name extends string>(
  subgraphs: Readonly<Record<Name, SubgraphClient>>,
  ms: Readonly<Record<OperationKind, number>> = { query: deadlines.query.fetch, mutation: deadlines.mutation.fetch },
): Record<Name, SubgraphClient> {
  async function inTime<Answer>(
    answer: Promise<Answer>,
    kind: OperationKind,
  ): Promise<Answer | { errors: Unavailable[] }> {
    try {
      return await withDeadline(answer, ms[kind], () => new Unavailable())
    } catch (error) {
      if (error instanceof Unavailable) return { errors: [error] }
      throw error
    }
  }

  const limited = Object.entries<SubgraphClient>(subgraphs).map(([name, subgraph]): [string, SubgraphClient] => [
    name,
    {
      execute: (fetch, caller) => inTime(subgraph.execute(fetch, caller), fetch.kind),
      prepare(fetch) {
        const read = subgraph.prepare?.(fetch)
        return read ? (variables, caller) => inTime(read(variables, caller), fetch.kind) : null
      },
    },
  ])
  return Object.fromEntries(limited) as Record<Name, SubgraphClient>
}
