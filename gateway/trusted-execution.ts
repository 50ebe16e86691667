import { setImmediate } from 'node:timers/promises'
import { getOperationAST, parse, type DocumentNode, type GraphQLSchema } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { ExecuteOperation, Operation } from '../platform/call.ts'
import type { Logger } from '../platform/logger.ts'
import type { Authentication } from './authentication.ts'
import type { GraphExecution } from './execution.ts'
import type { Operations } from './operations.ts'
import { presentError } from './presentation.ts'
import { placeholdersFor } from './placeholders.ts'
import { systemCaller } from './system-caller.ts'

/** The way into the graph for other parts of this process. */
export interface TrustedExecution {
  /** Executes one of our own operations: parsed, validated and planned once, without admission. Never rejects. */
  readonly execute: ExecuteOperation
  /**
   * Plans operations before anybody waits for them; nothing is fetched.
   *
   * @throws when one cannot be planned, as it could not be executed either.
   */
  readonly warm: (operations: readonly Operation[]) => Promise<void>
}

export interface TrustedExecutionOptions {
  readonly schema: GraphQLSchema
  readonly authentication: Authentication
  readonly operations: Operations
  readonly execution: GraphExecution
  readonly log: Logger
}

/** Opens the way into the graph for operations that are written in this repository. */
export function createTrustedExecution(options: TrustedExecutionOptions): TrustedExecution {
  const { schema, authentication, operations, execution, log } = options
  const documents = new LRUCache<string, DocumentNode>({ max: 1_000 })

  function documentOf(query: string): DocumentNode {
    const known = documents.get(query)
    if (known) return known
    const document = parse(query)
    documents.set(query, document)
    return document
  }

  async function plan(operation: Operation): Promise<void> {
    const document = documentOf(operation.query)
    const node = getOperationAST(document, operation.operationName)
    if (!node) throw new Error(`there is no operation ${operation.operationName ?? 'in the text'}`)
    const variables = placeholdersFor(schema, node)
    // The plan is kept before anybody may look at it, so refusing it now is enough.
    const planned = new Error('planned, not to be run')
    const refuse = (): never => {
      throw planned
    }
    const outcome: unknown = await execution
      .run({ ...operation, document, variables }, nobody, refuse)
      .catch((error: unknown) => error)
    if (outcome === planned) return
    throw new Error(`cannot plan ${operation.operationName ?? operation.query}`, { cause: outcome })
  }

  return {
    async execute(operation, call) {
      try {
        const caller = await authentication.identify(call)
        return await operations.answer({ ...operation, document: documentOf(operation.query) }, caller, 'system')
      } catch (error) {
        return { errors: [presentError(error, call, log)] }
      }
    },
    async warm(all) {
      for (const operation of all) {
        await plan(operation)
        // Planning keeps the core busy; calls shall come in between.
        await setImmediate()
      }
    },
  }
}

const nobody = systemCaller('warm-up')
