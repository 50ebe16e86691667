import { setImmediate } from 'node:timers/promises'
import type { ExecuteOperation, Operation } from '../../platform/graphql/call.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Authentication } from '../authentication/authentication.ts'
import type { GraphExecution } from '../execution/graph-execution.ts'
import type { Operations } from './operations.ts'
import { isPrepared, type PreparedOperation } from './prepared-operation.ts'
import { presentError } from './presented-errors.ts'

/** Executes operations for other parts of this process. */
export interface TrustedExecution {
  /** Executes one of our own operations: parsed, validated and planned once, without admission. Never rejects. */
  readonly execute: ExecuteOperation
  /**
   * Plans and compiles operations in advance; nothing is fetched.
   *
   * @throws when one cannot be planned, because it could not be executed either.
   */
  readonly warm: (operations: readonly Operation[]) => Promise<void>
}

export interface TrustedExecutionOptions {
  readonly authentication: Authentication
  readonly operations: Operations
  readonly execution: Pick<GraphExecution, 'prepare'>
  readonly log: Logger
}

/** Creates an executor for operations that are part of this repository. */
export function createTrustedExecution(options: TrustedExecutionOptions): TrustedExecution {
  const { authentication, operations, execution, log } = options
  /** @throws GraphQLError when the text is not an operation. */
  function prepared({ query, operationName }: Operation): PreparedOperation {
    const operation = operations.prepare(query, operationName, 'system')
    if (!isPrepared(operation)) throw operation.error
    return operation
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
        await execution.prepare(prepared(operation))
        // Planning keeps the core busy; yield to other calls.
        await setImmediate()
      }
    },
  }
}
