import {
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
  OperationTypeNode,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql'
import type { Operation } from '../platform/call.ts'
import type { Caller } from '../platform/caller.ts'
import { withDeadline } from '../platform/deadline.ts'
import { Unavailable } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { admitCost, admitFetches, admitPlan, admitShape } from './admission.ts'
import type { FieldOwners } from './admission/fetches.ts'
import type { RateAdmission } from './admission/rates.ts'
import type { GraphExecution } from './execution/graph-execution.ts'
import type { RecentChanges } from './recent-changes.ts'
import { presentError, presentRequestError } from './presentation.ts'

/** Who wrote an operation: ourselves, or somebody whose operations need admission. */
export type Author = 'system' | 'client'

/** An operation whose text was read already. */
export interface ParsedOperation extends Operation {
  readonly document: DocumentNode
}

/** Answers operations. A result without `data` says that the operation was refused and nothing ran. */
export interface Operations {
  answer(operation: ParsedOperation, caller: Caller, author: Author): Promise<ExecutionResult>
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema
  readonly fieldOwners: FieldOwners
  readonly execution: GraphExecution
  readonly rates: Pick<RateAdmission, 'admit'>
  readonly recentChanges: RecentChanges
  /** Whether errors may name what a client could have meant. */
  readonly suggestNames: boolean
  readonly log: Logger
}

/** More mistakes in one set of variables than anybody reads. */
const maxVariableErrors = 10

/** How long an operation may take. One that writes may still happen after its caller has been told to try again. */
const deadlineMs = { query: 10_000, mutation: 60_000, subscription: 0 } as const

/** The gateway sends entities to subgraphs under this name and fails when an operation uses it too. */
const gatewayVariable = 'representations'

/** Takes an operation from its document to its answer: its form, validity, variables, cost, plan and execution. */
export function createOperations(options: OperationsOptions): Operations {
  const { schema, fieldOwners, execution, rates, recentChanges, suggestNames, log } = options
  const hideSuggestions = !suggestNames
  const validated = new WeakMap<DocumentNode, readonly GraphQLError[]>()

  function validationErrors(document: DocumentNode): readonly GraphQLError[] {
    const known = validated.get(document)
    if (known) return known
    const errors = validate(schema, document, undefined, { hideSuggestions })
    validated.set(document, errors)
    return errors
  }

  /** What is wrong with the variables of a client's operation; null when nothing is. */
  function refusalOfVariables(
    document: DocumentNode,
    node: OperationDefinitionNode,
    given: Readonly<Record<string, unknown>>,
    caller: Caller,
  ): readonly GraphQLError[] | null {
    const definitions = node.variableDefinitions ?? []
    const taken = definitions.find(({ variable }) => variable.name.value === gatewayVariable)
    if (taken) return [variableIsTaken(taken)]
    const { errors, coerced } = getVariableValues(schema, definitions, given, {
      hideSuggestions,
      maxErrors: maxVariableErrors,
    })
    if (errors) return errors
    // Without a prototype, a variable called `toString` that was left out is really absent.
    const variables = Object.assign(Object.create(null) as Record<string, unknown>, coerced)
    admitCost(schema, document, node, variables, caller)
    admitFetches(fieldOwners, schema, document, node)
    return null
  }

  async function admitAndRun(operation: ParsedOperation, caller: Caller, author: Author): Promise<ExecutionResult> {
    const { document, operationName, variables: given = {} } = operation
    const node = getOperationAST(document, operationName)
    if (!node || !schema.getRootType(node.operation)) {
      return {
        errors: [presentRequestError(noSuchOperation(node, operationName), 'OPERATION_RESOLUTION_FAILURE', caller)],
      }
    }
    rates.admit(document, node, caller)
    if (author === 'client') admitShape(document, node)

    const invalid = validationErrors(document)
    if (invalid.length > 0) {
      return { errors: invalid.map((error) => presentRequestError(error, 'GRAPHQL_VALIDATION_FAILED', caller)) }
    }
    // Our own operations have variables of the right types, and the gateway reads them once more anyway.
    const refusal = author === 'client' ? refusalOfVariables(document, node, given, caller) : null
    if (refusal) return { errors: refusal.map((error) => presentRequestError(error, 'BAD_USER_INPUT', caller)) }

    if (asksTheSchema(node)) return execute({ schema, document, operationName, variableValues: given })
    const run = (as: Caller): Promise<ExecutionResult> => {
      const result = execution.run(operation, as, author === 'client' ? admitPlan : undefined)
      return withDeadline(result, deadlineMs[node.operation], () => new Unavailable())
    }
    if (!caller.viewer) return run(caller)
    const changing: Caller = { ...caller, changedLately: true }
    if (node.operation === OperationTypeNode.QUERY) {
      return run((await recentChanges.isRecent(caller.viewer.userId)) ? changing : caller)
    }
    try {
      return await run(changing)
    } finally {
      await recentChanges.note(caller.viewer.userId)
    }
  }

  return {
    async answer(operation, caller, author) {
      try {
        return await admitAndRun(operation, caller, author)
      } catch (error) {
        return { errors: [presentError(error, caller, log)] }
      }
    },
  }
}

/** Whether an operation is about the schema alone: it needs no plan, and graphql-js knows newer fields than the gateway. */
function asksTheSchema({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
  )
}

function noSuchOperation(node: OperationDefinitionNode | null | undefined, name: string | undefined): GraphQLError {
  if (node) return new GraphQLError(`There are no ${node.operation}s here.`, { nodes: node })
  return new GraphQLError(name ? `Unknown operation named "${name}".` : 'Must provide the name of one operation.')
}

function variableIsTaken(definition: VariableDefinitionNode): GraphQLError {
  return new GraphQLError(`No variable may be called "$${gatewayVariable}".`, { nodes: definition })
}
