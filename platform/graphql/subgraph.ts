import { buildSubgraphSchema } from '@apollo/subgraph'
import { GraphQLError, GraphQLScalarType, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../auth/caller.ts'
import { compileOperation, type CompiledOperation } from './compiled-operation.ts'
import { resolveEntitiesTogether, type ReferenceResolvers } from './entities.ts'
import { errorCodeOf, InternalServerError, Unavailable } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { isOutage } from '../runtime/outage.ts'
import { preparePlainOperation, type Values } from './plain-operation.ts'

/** One of the four subgraphs, ready to execute operations in this process. */
export interface Subgraph extends AsyncDisposable {
  readonly name: string
  /** Executes one operation of the gateway for a caller; never rejects. The answer is fresh and may be changed. */
  execute(operation: SubgraphOperation, caller: Caller): Promise<ExecutionResult>
  /** An operation for repeated execution; null when it needs `execute`. */
  prepare(operation: Omit<SubgraphOperation, 'variables'>): ReadValues | null
  /** Rejects when an essential dependency of this subgraph is down. */
  checkHealth(): Promise<void>
}

export interface SubgraphOperation {
  readonly query: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Executes a prepared operation, never rejects, and returns the results of resolvers without copying them. Some answers are
 * completed nevertheless.
 */
export type ReadValues = (
  variables: Readonly<Record<string, unknown>>,
  caller: Caller,
) => Promise<ExecutionResult | Values>

type ResolverMap = NonNullable<Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>['resolvers']>

/** The parts of a subgraph. */
export interface SubgraphParts<Context> {
  readonly name: string
  readonly typeDefs: DocumentNode
  /** Typed by the code that is generated from the schema. */
  readonly resolvers: object
  /** For types whose references are resolved in batches instead of by `__resolveReference`. */
  readonly references?: ReferenceResolvers<Context>
  readonly log: Logger
  /** A context for one operation, with its own loaders. */
  readonly createContext: (caller: Caller) => Context
  readonly checkHealth: () => Promise<void>
  readonly dispose: () => Promise<void>
}

/**
 * Builds a subgraph from its schema and its resolvers. Each operation text is validated and compiled once.
 *
 * A property without a resolver must be a plain value: compiled operations neither call functions nor wait for promises
 * that a parent holds.
 */
export function createSubgraph<Context>(parts: SubgraphParts<Context>): Subgraph {
  const { typeDefs } = parts
  const schema = buildSubgraphSchema({ typeDefs, resolvers: parts.resolvers as ResolverMap })
  resolveEntitiesTogether(schema, parts.references ?? {})
  const compiled = new LRUCache<string, CompiledOperation>({ max: 250 })
  const { log } = parts
  let bare: GraphQLSchema | undefined
  const withoutResolvers = (): GraphQLSchema => (bare ??= schemaWithoutResolvers(typeDefs, parts.resolvers))

  function compiledOperation({ query, operationName }: SubgraphOperation): CompiledOperation {
    const key = `${operationName ?? ''}\n${query}`
    const known = compiled.get(key)
    if (known) return known
    const operation = compileOperation(schema, query, operationName)
    compiled.set(key, operation)
    return operation
  }

  async function execute(operation: SubgraphOperation, caller: Caller): Promise<ExecutionResult> {
    try {
      const run = compiledOperation(operation)
      return shown(await run(parts.createContext(caller), operation.variables ?? {}), caller)
    } catch (error) {
      return failure(error, caller)
    }
  }

  function shown(result: ExecutionResult, caller: Caller): ExecutionResult {
    if (!result.errors) return result
    return { ...result, errors: result.errors.map((error) => presentable(error, log, caller)) }
  }

  function failure(error: unknown, caller: Caller): ExecutionResult {
    return { errors: [error instanceof GraphQLError ? error : masked(error, log, caller)] }
  }

  return {
    name: parts.name,
    execute,
    prepare({ query, operationName }) {
      const run = preparePlainOperation({ schema, withoutResolvers }, query, operationName)
      if (!run) return null
      return async (variables, caller) => {
        try {
          const values = await run(parts.createContext(caller), variables)
          if (!values) return await execute({ query, operationName, variables }, caller)
          return { data: values.data, complete: async () => shown(await values.complete(), caller) }
        } catch (error) {
          return failure(error, caller)
        }
      }
    },
    checkHealth: parts.checkHealth,
    [Symbol.asyncDispose]: parts.dispose,
  }
}

/** A schema without resolvers. Its scalars are serialised as in the one with resolvers. */
function schemaWithoutResolvers(typeDefs: DocumentNode, resolvers: object): GraphQLSchema {
  const scalars = Object.entries(resolvers).filter(([, resolver]) => resolver instanceof GraphQLScalarType)
  const schema = buildSubgraphSchema({ typeDefs, resolvers: Object.fromEntries(scalars) })
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) delete field.resolve
  return schema
}

/** Keeps errors for users, and those of an invalid text: it was not executed, so they come from GraphQL itself. */
function presentable(error: GraphQLError, log: Logger, caller: Caller): GraphQLError {
  const code = errorCodeOf(error)
  if ((code !== undefined && code !== 'INTERNAL_SERVER_ERROR') || !error.path) return error
  return masked(error.originalError ?? error, log, caller, error.path)
}

/** Logs an error and returns one without internal details. */
function masked(cause: unknown, log: Logger, { requestId }: Caller, path?: GraphQLError['path']): GraphQLError {
  log.error({ err: cause, requestId, path }, 'a resolver failed')
  return Object.assign(isOutage(cause) ? new Unavailable() : new InternalServerError(), { path })
}
