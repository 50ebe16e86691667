import {
  execute,
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  type ExecutionResult,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import { withDeadline } from './deadline.ts'
import { deadlines } from '../../platform/graphql/deadlines.ts'
import { graphqlOperations } from '../../platform/metrics/measured.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import { admitCost, admitFetches, admitShape } from './admission.ts'
import type { FieldOwners } from './admission/fetches.ts'
import type { RateAdmission } from './admission/rates.ts'
import type { GraphExecution } from '../execution/graph-execution.ts'
import { presentError, presentRequestError } from './presented-errors.ts'
import type { RecentWriters } from '../authentication/recent-writers.ts'
import type { PreparedOperation } from './prepared-operation.ts'
import { createPreparedOperations, type OperationSource, type PrepareOperation } from './prepared-operations.ts'

type Variables = Readonly<Record<string, unknown>>

/** Processes operations from their texts to their answers. */
export interface Operations {
  readonly prepare: PrepareOperation
  /** Why an operation is rejected before it runs; null when it is not. Never throws. */
  readonly errorsOf: (
    operation: PreparedOperation,
    variables: Variables,
    caller: Caller,
    source: OperationSource,
  ) => readonly GraphQLError[] | null
  /** Answers an operation. A result without `data` says that it was refused and nothing ran. Never rejects. */
  readonly answer: (
    operation: PreparedOperation,
    variables: Variables,
    caller: Caller,
    source: OperationSource,
  ) => Promise<ExecutionResult>
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema
  readonly fieldOwners: FieldOwners
  readonly execution: Pick<GraphExecution, 'run'>
  readonly rates: Pick<RateAdmission, 'admit'>
  readonly recentChanges: Pick<RecentWriters, 'note' | 'isRecent'>
  /** Whether errors may suggest names. */
  readonly suggestNames: boolean
  readonly log: Logger
}

/** More errors in one set of variables than anyone reads. */
const maxVariableErrors = 10

/** The gateway sends entities to subgraphs under this name and fails when an operation uses it too. */
const gatewayVariable = 'representations'

/** Processes an operation from its text to its answer: shape, validity, variables, cost, plan and execution. */
export function createOperations(options: OperationsOptions): Operations {
  const { schema, execution, rates, recentChanges, suggestNames, log } = options

  /** The error for invalid variables of a client's operation; null when they are valid. */
  function errorOfVariables(
    operation: PreparedOperation,
    given: Variables,
    caller: Caller,
  ): readonly GraphQLError[] | null {
    const definitions = operation.node.variableDefinitions ?? []
    const taken = definitions.find(({ variable }) => variable.name.value === gatewayVariable)
    if (taken) return [variableIsTaken(taken)]
    const { errors, coerced } = getVariableValues(schema, definitions, given, {
      hideSuggestions: !suggestNames,
      maxErrors: maxVariableErrors,
    })
    if (errors) return errors
    // Without a prototype, an omitted variable called `toString` is really absent.
    const variables = Object.assign(Object.create(null) as Record<string, unknown>, coerced)
    admitCost(() => operation.sizeOf(variables), caller)
    admitFetches(operation.fetchesAtLeast())
    return null
  }

  /** Counts an operation against the rate limits; the errors for which it is rejected, or null. */
  function errorsOf(
    operation: PreparedOperation,
    given: Variables,
    caller: Caller,
    source: OperationSource,
  ): readonly GraphQLError[] | null {
    rates.admit(operation.rates(), caller)
    if (source === 'client') admitShape(operation.shape(), operation.schemaQuestions())

    const invalid = operation.validationErrors()
    if (invalid.length > 0) {
      return invalid.map((error) => presentRequestError(error, 'GRAPHQL_VALIDATION_FAILED', caller))
    }
    // Our own operations have variables of the right types, and the gateway checks them again anyway.
    const mistakes = source === 'client' ? errorOfVariables(operation, given, caller) : null
    return mistakes && mistakes.map((error) => presentRequestError(error, 'BAD_USER_INPUT', caller))
  }

  async function admitAndRun(
    operation: PreparedOperation,
    given: Variables,
    caller: Caller,
    source: OperationSource,
  ): Promise<ExecutionResult> {
    const { document, kind, name, node } = operation
    const errors = errorsOf(operation, given, caller, source)
    if (errors) return { errors }

    if (operation.asksTheSchema) {
      return execute({ schema, document, operationName: name, variableValues: given })
    }
    const run = (as: Caller): Promise<ExecutionResult> => {
      const result = execution.run(operation, given, as, source === 'client' ? admitFetches : undefined)
      return withDeadline(result, deadlines[kind].operation, () => new Unavailable())
    }
    if (!caller.viewer) return run(caller)
    const { userId } = caller.viewer
    if (node.operation === OperationTypeNode.QUERY) {
      const isRecent = recentChanges.isRecent(userId)
      return run(isRecent === false || !(await isRecent) ? caller : changing(caller))
    }
    try {
      return await run(changing(caller))
    } finally {
      await recentChanges.note(userId)
    }
  }

  return {
    prepare: createPreparedOperations(options),
    errorsOf(operation, variables, caller, source) {
      try {
        return errorsOf(operation, variables, caller, source)
      } catch (error) {
        return [presentError(error, caller, log)]
      }
    },
    async answer(operation, variables, caller, source) {
      const since = performance.now()
      let result: ExecutionResult
      try {
        result = await admitAndRun(operation, variables, caller, source)
      } catch (error) {
        result = { errors: [presentError(error, caller, log)] }
      }
      const name = source === 'system' ? (operation.name ?? '') : `a client's ${operation.kind}`
      graphqlOperations.of(name, outcomeOf(result)).observe((performance.now() - since) / 1_000)
      return result
    },
  }
}

/** Whether an operation was answered, in parts because something failed, or not at all. */
function outcomeOf({ data, errors }: ExecutionResult): string {
  if (!errors) return 'answered'
  return data === undefined ? 'refused' : 'failed'
}

function changing(caller: Caller): Caller {
  return { ...caller, hasRecentWrites: true }
}

function variableIsTaken(definition: VariableDefinitionNode): GraphQLError {
  return new GraphQLError(`No variable may be called "$${gatewayVariable}".`, { nodes: definition })
}
