import { GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import type { PreparedOperation } from '../operation/prepared-operation.ts'
import type { QueryPlan } from './query-plan.ts'
import type { SubgraphClient } from './subgraph-client.ts'
import { compileShape, isSafeName, type Shape } from './answer-shape.ts'
import { decisionsOf, defaultDecisions, isKeptBy, type Decisions } from './conditions.ts'
import { compileAssembly } from './assembly.ts'
import { compileEntityFetch, compileRootFetch, stepOf, type FetchStep, type Run, type Step } from './fetch-steps.ts'
import type { FetchNode, PlanNode } from './plan-nodes.ts'
import { allSelections, readSelections } from './selections.ts'

/**
 * Executes an operation along its plan, with valid variables. Null when these variables need the stock executor; nothing was
 * executed then.
 *
 * Rejects when a subgraph returns something other than a list where the plan needs one.
 */
export type CompiledPlan = (
  variables: Readonly<Record<string, unknown>>,
  caller: Caller,
) => Promise<ExecutionResult> | null

export interface PlannedOperation {
  readonly schema: GraphQLSchema
  readonly operation: Pick<PreparedOperation, 'document' | 'node'>
  readonly plan: QueryPlan
  readonly subgraphs: Readonly<Record<string, SubgraphClient>>
}

/** How many combinations of conditions are cached per operation. */
const maxShapes = 32

/** Compiles a valid operation and its plan once for many executions; a text says why it cannot be compiled. */
export function compilePlan(planned: PlannedOperation): CompiledPlan | string {
  const { schema, operation, plan } = planned
  const { document, node } = operation
  const type = schema.getRootType(node.operation)
  if (!type) return 'no type to begin with'
  const selections = readSelections(schema, document, node.selectionSet.selections, type)
  const conditionNames = new Set<string>()
  for (const selection of allSelections(selections)) {
    if (selection.kind === 'field') {
      if (!isSafeName(selection.responseName)) return 'a reserved name'
      if (selection.name === '__schema' || selection.name === '__type') return 'questions about the schema'
    }
    if (selection.conditions !== 'never') for (const { variable } of selection.conditions) conditionNames.add(variable)
  }
  const steps = new Map<FetchNode, FetchStep>()
  const step = plan.node ? compileNode(planned, plan.node, conditionNames, steps) : nothing
  if (typeof step === 'string') return step

  const names = [...conditionNames]
  const root = { selections, type }
  const assemble =
    plan.node && names.length === 0
      ? compileAssembly({ schema, kind: node.operation, root, plan: plan.node, steps })
      : null
  const defaults = defaultDecisions(node)
  const shapes = new Map<string, Shape>()
  function shapeFor(decisions: Decisions): Shape {
    const key = names.map((name) => (decisions.get(name) ? '1' : '0')).join('')
    let shape = shapes.get(key)
    if (shape) return shape
    if (shapes.size >= maxShapes) shapes.clear()
    shape = compileShape(schema, root, isKeptBy(decisions))
    shapes.set(key, shape)
    return shape
  }

  return (variables, caller) => {
    const decisions = decisionsOf(names, defaults, variables)
    if (!decisions) return null
    const run: Run = { variables, caller, decisions, data: {}, errors: [] }
    if (assemble) return assemble(run, () => shaped(run, shapeFor(decisions)))
    return step(run).then(() => shaped(run, shapeFor(decisions)))
  }
}

function shaped(run: Run, shape: Shape): ExecutionResult {
  const broken: string[] = []
  const errors = run.errors as readonly GraphQLError[]
  let data: ExecutionResult['data']
  try {
    data = shape(run.data, broken)
  } catch (error) {
    const { message } = error as Error
    return { errors: [new GraphQLError(message, { originalError: error as Error })] }
  }
  if (errors.length > 0) return { data, errors }
  return broken.length > 0 ? { data, extensions: { valueCompletion: broken } } : { data }
}

const nothing: Step = () => Promise.resolve()

/**
 * @param conditionNames collects the variables on which the node depends.
 * @param steps collects its fetches.
 */
function compileNode(
  planned: PlannedOperation,
  node: PlanNode,
  conditionNames: Set<string>,
  steps: Map<FetchNode, FetchStep>,
): Step | string {
  const { schema, subgraphs } = planned
  const inner = (child: PlanNode | undefined) => (child ? compileNode(planned, child, conditionNames, steps) : nothing)
  const single = (fetch: FetchNode, step: FetchStep | string): Step | string => {
    if (typeof step === 'string') return step
    steps.set(fetch, step)
    return stepOf(step)
  }
  switch (node.kind) {
    case 'Fetch': {
      const client = subgraphs[node.serviceName]
      return client ? single(node, compileRootFetch(client, node)) : 'a fetch from nowhere'
    }
    case 'Flatten': {
      if (node.node.kind !== 'Fetch') return 'a path to more than a fetch'
      const client = subgraphs[node.node.serviceName]
      return client
        ? single(node.node, compileEntityFetch(schema, client, node.path, node.node))
        : 'a fetch from nowhere'
    }
    case 'Sequence':
      return together(node.nodes.map(inner), async (steps, run) => {
        for (const step of steps) await step(run)
      })
    case 'Parallel':
      return together(node.nodes.map(inner), async (steps, run) => {
        await Promise.all(steps.map((step) => step(run)))
      })
    case 'Condition': {
      const { condition } = node
      conditionNames.add(condition)
      return together([inner(node.ifClause), inner(node.elseClause)], async ([yes, no], run) => {
        await (run.decisions.get(condition) ? yes : no)?.(run)
      })
    }
    case 'Defer':
    case 'Subscription':
      return `a plan with ${node.kind}`
  }
}

/** Combines steps; if one of them cannot be compiled, the whole cannot. */
function together(
  steps: readonly (Step | string)[],
  take: (steps: readonly Step[], run: Run) => Promise<void>,
): Step | string {
  const compiled: Step[] = []
  for (const step of steps) {
    if (typeof step === 'string') return step
    compiled.push(step)
  }
  return (run) => take(compiled, run)
}
