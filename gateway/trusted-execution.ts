import { setImmediate } from 'node:timers/promises'
import { parse, type DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { ExecuteOperation, Operation } from '../platform/call.ts'
import type { Logger } from '../platform/logger.ts'
import type { Authentication } from './authentication.ts'
import type { GraphExecution } from './execution/graph-execution.ts'
import type { Operations } from './operations.ts'
import { presentError } from './presentation.ts'

/** The way into the graph for other parts of this process. */
export interface TrustedExecution {
  /** Executes one of our own operations: parsed, validated and planned once, without admission. Never rejects. */
  readonly execute: ExecuteOperation
  /**
   * Plans and compiles operations before anybody waits for them; nothing is fetched.
   *
   * @throws when one cannot be planned, as it could not be executed either.
   */
  readonly warm: (operations: readonly Operation[]) => Promise<void>
}

export interface TrustedExecutionOptions {
  readonly authentication: Authentication
  readonly operations: Operations
  readonly execution: Pick<GraphExecution, 'prepare'>
  readonly log: Logger
}

/** Opens the way into the graph for operations that are written in this repository. */
export function createTrustedExecution(options: TrustedExecutionOptions): TrustedExecution {
  const { authentication, operations, execution, log } = options
  const documents = new LRUCache<string, DocumentNode>({ max: 1_000 })

  function documentOf(query: string): DocumentNode {
    const known = documents.get(query)
    if (known) return known
    const document = parse(query)
    documents.set(query, document)
    return document
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
        await execution.prepare({ ...operation, document: documentOf(operation.query) })
        // Planning keeps the core busy; calls shall come in between.
        await setImmediate()
      }
    },
  }
}
