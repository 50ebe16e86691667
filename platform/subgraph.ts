import { readFileSync } from 'node:fs'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit'
import { parse, validate, type ExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Caller } from './caller.ts'
import { errorCodeOf, InternalServerError } from './errors.ts'
import type { Logger } from './logger.ts'

/** One of the four subgraphs, ready to execute operations in this process. */
export interface Subgraph extends AsyncDisposable {
  readonly name: string
  /** Executes one operation of the gateway for a caller. The answer is fresh: the gateway may change it. */
  execute(operation: SubgraphOperation, caller: Caller): Promise<ExecutionResult>
  /** Rejects when something that this subgraph cannot work without is away. */
  checkHealth(): Promise<void>
}

export interface SubgraphOperation {
  readonly query: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

type ResolverMap = NonNullable<Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>['resolvers']>

/** What makes a subgraph out of a schema. */
export interface SubgraphParts<Context> {
  readonly name: string
  /** Typed by the code that is generated from the schema. */
  readonly resolvers: object
  readonly log: Logger
  /** A context for one operation, with loaders of its own. */
  readonly createContext: (caller: Caller) => Context
  readonly checkHealth: () => Promise<void>
  readonly dispose: () => Promise<void>
}

/** Builds a subgraph from `schema/<name>.graphql` and its resolvers. Each operation text is validated and compiled once. */
export function createSubgraph<Context>(parts: SubgraphParts<Context>): Subgraph {
  const typeDefs = parse(readFileSync(new URL(`../schema/${parts.name}.graphql`, import.meta.url), 'utf8'))
  const schema = buildSubgraphSchema({ typeDefs, resolvers: parts.resolvers as ResolverMap })
  const compiled = new LRUCache<string, CompiledQuery | ExecutionResult>({ max: 1_000 })

  return {
    name: parts.name,
    async execute(operation, caller) {
      const key = `${operation.operationName ?? ''}\n${operation.query}`
      let query = compiled.get(key)
      if (!query) {
        query = compile(schema, operation)
        compiled.set(key, query)
      }
      if (!isCompiledQuery(query)) return query
      const result = await query.query({}, parts.createContext(caller), operation.variables ?? {})
      if (!result.errors) return result
      return { ...result, errors: result.errors.map((error) => presentable(error, parts.log, caller)) }
    },
    checkHealth: parts.checkHealth,
    [Symbol.asyncDispose]: parts.dispose,
  }
}

function compile(schema: GraphQLSchema, operation: SubgraphOperation): CompiledQuery | ExecutionResult {
  const document = parse(operation.query)
  const errors = validate(schema, document)
  if (errors.length > 0) return { errors }
  return compileQuery(schema, document, operation.operationName)
}

/** Keeps errors meant for people; logs any other and says nothing about the inside. */
function presentable(error: GraphQLError, log: Logger, caller: Caller): GraphQLError {
  if (errorCodeOf(error) && errorCodeOf(error) !== 'INTERNAL_SERVER_ERROR') return error
  // An argument that does not fit its type is the client's mistake, found by graphql before any resolver ran.
  log.error({ err: error.originalError ?? error, requestId: caller.requestId, path: error.path }, 'a resolver failed')
  const masked = new InternalServerError()
  return Object.assign(masked, { path: error.path })
}
