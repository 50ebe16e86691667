import { deadlines, type OperationKind } from '../../platform/graphql/deadlines.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import type { SubgraphClient } from './subgraph-client.ts'

/** The same subgraphs, with UNAVAILABLE as the result of a timeout. A mutation may succeed nevertheless. */
export function withFetchDeadlines<Name extends string>(
  subgraphs: Readonly<Record<Name, SubgraphClient>>,
  ms: Readonly<Record<OperationKind, number>> = { query: deadlines.query.fetch, mutation: deadlines.mutation.fetch },
): Record<Name, SubgraphClient> {
  // One promise: every fetch waits here.
  function inTime<Answer>(answer: Promise<Answer>, kind: OperationKind): Promise<Answer | { errors: Unavailable[] }> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve({ errors: [new Unavailable()] }), ms[kind])
      answer.then(
        (value) => {
          clearTimeout(timer)
          resolve(value)
        },
        (error: unknown) => {
          clearTimeout(timer)
          if (error instanceof Unavailable) resolve({ errors: [error] })
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          else reject(error)
        },
      )
    })
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
