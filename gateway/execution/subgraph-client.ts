import type { GraphQLDataSource } from '@apollo/gateway'
import { getOperationAST, OperationTypeNode, type DocumentNode, type ExecutionResult } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import type { OperationKind } from '../../platform/graphql/deadlines.ts'
import type { ReadValues, SubgraphOperation } from '../../platform/graphql/subgraph.ts'
import type { QueryPlan } from './query-plan.ts'

/** The part of an operation that is sent to a subgraph. */
export interface Fetch extends SubgraphOperation {
  readonly kind: OperationKind
}

/** A subgraph as the gateway sees it, in this process or in another. */
export interface SubgraphClient {
  readonly execute: (fetch: Fetch, caller: Caller) => Promise<ExecutionResult>
  /** For repeated fetches from a subgraph that can return its objects uncopied; null when only `execute` is possible. */
  readonly prepare?: (fetch: Omit<Fetch, 'variables'>) => ReadValues | null
}

/** The context of an operation in the gateway. */
export interface GatewayContext {
  readonly caller: Caller
  /** Gets the query plan before execution; when it throws, nothing is executed. */
  readonly onPlan: (plan: QueryPlan) => void
}

/** Makes a subgraph available to the gateway's query plans. */
export function createSubgraphDataSource(subgraph: SubgraphClient): GraphQLDataSource<GatewayContext> {
  return {
    async process(options) {
      const { request, context } = options
      const { query = '', operationName, variables } = request
      const { caller } = context as GatewayContext
      const kind = kindOf('document' in options ? options.document : undefined, operationName)
      const result = await subgraph.execute({ kind, query, operationName, variables }, caller)
      return { data: result.data ?? null, ...(result.errors && { errors: result.errors }) }
    },
  }
}

function kindOf(document: DocumentNode | undefined, name: string | undefined): OperationKind {
  const node = document && getOperationAST(document, name)
  return node?.operation === OperationTypeNode.MUTATION ? 'mutation' : 'query'
}
