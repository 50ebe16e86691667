import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql'
import type { Caller } from '../../platform/caller.ts'
import type { Logger } from '../../platform/logger.ts'
import { presentError } from '../presentation.ts'
import type { QueryPlan } from '../query-plan.ts'
import type { SubgraphClient } from '../subgraph-data-source.ts'
import { compilePlan, type CompiledPlan } from './compiled-plan.ts'
import { createStockExecutor, type GatewayExecutor, type ValidOperation } from './stock-executor.ts'
import { countStockRuns, type StockRuns } from './stock-runs.ts'

/** Runs valid operations through the gateway's query plans. */
export interface GraphExecution {
  /**
   * Answers with errors that are ready to be shown.
   *
   * @param onPlan looks at the query plan before it runs; when it throws, nothing runs.
   * @throws whatever `onPlan` threw, and anything that makes planning impossible.
   */
  run(operation: ValidOperation, caller: Caller, onPlan?: (plan: QueryPlan) => void): Promise<ExecutionResult>
  /**
   * Plans and compiles an operation before anybody waits for it; nothing is fetched.
   *
   * @throws anything that makes planning impossible.
   */
  prepare(operation: ValidOperation): Promise<void>
  /** How often the stock executor had to run what is not compiled, by reason. */
  readonly stockRuns: StockRuns['byReason']
}

export interface GraphExecutionOptions {
  readonly executor: GatewayExecutor
  readonly schema: GraphQLSchema
  readonly subgraphs: Readonly<Record<string, SubgraphClient>>
  /** Which one runs operations; `stock` is the gateway's own. */
  readonly kind: ExecutorKind
  readonly log: Logger
}

export type ExecutorKind = 'compiled' | 'stock'

interface Prepared {
  readonly plan: QueryPlan | null
  /** A text says why the stock executor has to run it. */
  readonly compiled: CompiledPlan | string
}

/** Plans and compiles each operation once, and executes it so; what cannot be compiled runs on the stock executor. */
export function createGraphExecution(options: GraphExecutionOptions): GraphExecution {
  const { executor, schema, subgraphs, kind, log } = options
  const stock = createStockExecutor(executor, schema, log)
  const stockRuns = countStockRuns(log)
  /** By the name of the operation in a document. */
  const prepared = new WeakMap<DocumentNode, Map<string | undefined, Promise<Prepared>>>()

  function prepare(operation: ValidOperation): Promise<Prepared> {
    const { document, operationName } = operation
    const inDocument = prepared.get(document) ?? new Map<string | undefined, Promise<Prepared>>()
    prepared.set(document, inDocument)
    const known = inDocument.get(operationName)
    if (known) return known
    const preparing = planAndCompile(operation)
    inDocument.set(operationName, preparing)
    preparing.catch(() => inDocument.delete(operationName))
    return preparing
  }

  async function planAndCompile(operation: ValidOperation): Promise<Prepared> {
    const { document, operationName } = operation
    const plan = await stock.plan(operation)
    if (!plan) return { plan, compiled: 'an operation that is planned with its variables only' }
    return { plan, compiled: compilePlan({ schema, document, operationName, plan, subgraphs }) }
  }

  async function execute(
    operation: ValidOperation,
    caller: Caller,
    onPlan: (plan: QueryPlan) => void,
  ): Promise<ExecutionResult> {
    if (kind === 'stock') return stock.execute(operation, caller, onPlan)
    const { plan, compiled } = await prepare(operation)
    if (plan) onPlan(plan)
    const running = typeof compiled === 'string' ? null : compiled(operation.variables ?? {}, caller)
    if (running) return running
    stockRuns.count(typeof compiled === 'string' ? compiled : 'a condition that is no Boolean', operation)
    return stock.execute(operation, caller, onPlan)
  }

  return {
    async run(operation, caller, onPlan = () => undefined) {
      const { data, errors, extensions } = await execute(operation, caller, onPlan)
      if (extensions?.['valueCompletion']) {
        log.error({ valueCompletion: extensions['valueCompletion'] }, 'a subgraph broke its own schema')
      }
      return { data: data ?? null, ...(errors && { errors: errors.map((error) => presentError(error, caller, log)) }) }
    },
    async prepare(operation) {
      const { plan } = await prepare(operation)
      if (!plan) throw new Error(`cannot plan ${operation.operationName ?? operation.query}`)
    },
    stockRuns: stockRuns.byReason,
  }
}
