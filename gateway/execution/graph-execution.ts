import type { ExecutionResult, GraphQLSchema } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import { presentError } from '../operation/presented-errors.ts'
import { fetchesOf, type QueryPlan } from './query-plan.ts'
import type { SubgraphClient } from './subgraph-client.ts'
import { compilePlan, type CompiledPlan } from './compiled-plan.ts'
import { createStockExecutor, type GatewayExecutor, type ValidOperation, type Variables } from './stock-executor.ts'
import { countStockRuns, type StockRuns } from './stock-runs.ts'

type Admit = (fetches: number) => void

/** Runs valid operations along the gateway's query plans. */
export interface GraphExecution {
  /**
   * Resolves to a result whose errors are ready for clients.
   *
   * @param variables valid for the operation.
   * @param admit gets the number of fetches in the plan before execution; when it throws, nothing is executed.
   * @throws whatever `admit` threw, and any error that makes planning impossible.
   */
  run(operation: ValidOperation, variables: Variables, caller: Caller, admit?: Admit): Promise<ExecutionResult>
  /**
   * Plans and compiles an operation in advance; nothing is fetched.
   *
   * @throws any error that makes planning impossible.
   */
  prepare(operation: ValidOperation): Promise<void>
  /** How often the stock executor ran operations that are not compiled, by reason. */
  readonly stockRuns: StockRuns['byReason']
}

export interface GraphExecutionOptions {
  readonly executor: GatewayExecutor
  readonly schema: GraphQLSchema
  readonly subgraphs: Readonly<Record<string, SubgraphClient>>
  /** The executor; `stock` is the gateway's own. */
  readonly kind: ExecutorKind
  readonly log: Logger
}

export type ExecutorKind = 'compiled' | 'stock'

interface Prepared {
  /** The number of fetches in its plan; null when it was not planned. */
  readonly fetches: number | null
  /** A text says why the stock executor has to run it. */
  readonly compiled: CompiledPlan | string
}

/** Plans and compiles each operation once; operations that cannot be compiled run on the stock executor. */
export function createGraphExecution(options: GraphExecutionOptions): GraphExecution {
  const { executor, schema, subgraphs, kind, log } = options
  const stock = createStockExecutor(executor, schema, log)
  const stockRuns = countStockRuns(log)
  const prepared = new WeakMap<ValidOperation, Promise<Prepared>>()

  function prepare(operation: ValidOperation): Promise<Prepared> {
    const known = prepared.get(operation)
    if (known) return known
    const preparing = planAndCompile(operation)
    prepared.set(operation, preparing)
    preparing.catch(() => prepared.delete(operation))
    return preparing
  }

  async function planAndCompile(operation: ValidOperation): Promise<Prepared> {
    const plan = await stock.plan(operation)
    if (!plan) return { fetches: null, compiled: 'an operation that is planned with its variables only' }
    return { fetches: fetchesOf(plan), compiled: compilePlan({ schema, operation, plan, subgraphs }) }
  }

  async function execute(
    operation: ValidOperation,
    variables: Variables,
    caller: Caller,
    admit: Admit,
  ): Promise<ExecutionResult> {
    const onPlan = (plan: QueryPlan): void => admit(fetchesOf(plan))
    if (kind === 'stock') return stock.execute(operation, variables, caller, onPlan)
    const { fetches, compiled } = await prepare(operation)
    if (fetches !== null) admit(fetches)
    const running = typeof compiled === 'string' ? null : compiled(variables, caller)
    if (running) return running
    stockRuns.count(typeof compiled === 'string' ? compiled : 'a condition that is no Boolean', operation)
    return stock.execute(operation, variables, caller, onPlan)
  }

  return {
    async run(operation, variables, caller, admit = () => undefined) {
      const { data, errors, extensions } = await execute(operation, variables, caller, admit)
      if (extensions?.['valueCompletion']) {
        log.error({ valueCompletion: extensions['valueCompletion'] }, 'a subgraph answered against its schema')
      }
      return { data: data ?? null, ...(errors && { errors: errors.map((error) => presentError(error, caller, log)) }) }
    },
    async prepare(operation) {
      const { fetches } = await prepare(operation)
      if (fetches === null) throw new Error(`cannot plan ${operation.name ?? operation.text}`)
    },
    stockRuns: stockRuns.byReason,
  }
}
