import type { GraphQLDataSource } from '@apollo/gateway'
import { getOperationAST, OperationTypeNode, type DocumentNode, type ExecutionResult } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import type { OperationKind } from '../../platform/graphql/deadlines.ts'
import type { ReadValues, SubgraphOperation } from '../../platform/graphql/subgraph.ts'
import type { QueryPlan } from './query-plan.ts'

/** What a subgraph is asked: a part of an operation. */
export interface Fetch extends SubgraphOperation {
  readonly kind: OperationKind
}

/** A subgraph as the gateway sees it, in this process or in another. */
export interface SubgraphClient {
  readonly execute: (fetch: Fetch, caller: Caller) => Promise<ExecutionResult>
  /** What is fetched again and again, from a subgraph that can hand over what it holds; null when only `execute` can do it. */
  readonly prepare?: (fetch: Omit<Fetch, 'variables'>) => ReadValues | null
}

/** What the gateway carries through an operation. */
export interface GatewayContext {
  readonly caller: Caller
  /** Looks at the query plan before it runs; when it throws, nothing runs. */
  readonly onPlan: (plan: QueryPlan) => void
}

/** Lets the gateway's query plans fetch from a subgraph. */
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
