import type { OperationTypeNode } from 'graphql'

/** What an operation does. */
export type OperationKind = `${OperationTypeNode.QUERY | OperationTypeNode.MUTATION}`

/** How long each hop may take, in milliseconds. A hop waits a little longer than the one inside it, which can say more. */
export interface Deadlines {
  /** Of a subgraph in another process, for one fetch. */
  readonly remoteFetch: number
  /** Of any subgraph, for one fetch. */
  readonly fetch: number
  /** Of the gateway, for an operation. */
  readonly operation: number
  /** Of a gateway in another process, for an operation. */
  readonly remoteOperation: number
}

/**
 * The deadlines of all hops in their order, from the inside out. A mutation gets more time than a query: it may work on a file,
 * must not be repeated, and may still happen after its caller was told to try again.
 */
export const deadlines: Readonly<Record<OperationKind, Deadlines>> = {
  query: { remoteFetch: 3_000, fetch: 4_000, operation: 10_000, remoteOperation: 11_000 },
  mutation: { remoteFetch: 30_000, fetch: 50_000, operation: 60_000, remoteOperation: 61_000 },
}
