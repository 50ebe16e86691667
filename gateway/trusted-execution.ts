import { setImmediate } from 'node:timers/promises'
import type { GraphQLSchema } from 'graphql'
import type { ExecuteOperation, Operation } from '../platform/call.ts'
import type { Logger } from '../platform/logger.ts'
import type { Authentication } from './authentication.ts'
import type { GraphExecution } from './execution.ts'
import type { Operations } from './operation/operations.ts'
import { isPrepared, type PreparedOperation } from './operation/prepared-operation.ts'
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
  /** @throws GraphQLError when the text is no operation. */
  function prepared({ query, operationName }: Operation): PreparedOperation {
    const operation = operations.prepare(query, operationName, 'system')
    if (!isPrepared(operation)) throw operation.error
    return operation
  }

  async function plan(operation: Operation): Promise<void> {
    const { document, node } = prepared(operation)
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
        return await operations.answer(prepared(operation), operation.variables ?? {}, caller, 'system')
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
