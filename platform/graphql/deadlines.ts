import type { OperationTypeNode } from 'graphql'

export type OperationKind = `${OperationTypeNode.QUERY | OperationTypeNode.MUTATION}`

/** The timeout of each hop, in milliseconds. A hop waits a little longer than the next inner one, whose error says more. */
export interface Deadlines {
  /** For one fetch from a subgraph in another process. */
  readonly remoteFetch: number
  /** For one fetch from any subgraph. */
  readonly fetch: number
  /** For an operation in the gateway. */
  readonly operation: number
  /** For an operation on a gateway in another process. */
  readonly remoteOperation: number
}

/**
 * The timeouts of all hops in order, from the inside out. Mutations get more time than queries: they may process a file, must
 * not be repeated, and may still succeed after their caller was told to retry.
 */
export const deadlines: Readonly<Record<OperationKind, Deadlines>> = {
  query: { remoteFetch: 3_000, fetch: 4_000, operation: 10_000, remoteOperation: 11_000 },
  mutation: { remoteFetch: 30_000, fetch: 50_000, operation: 60_000, remoteOperation: 61_000 },
}
