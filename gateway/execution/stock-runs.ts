import type { Logger } from '../../platform/runtime/logger.ts'
import { stockExecutions } from '../../platform/metrics/measured.ts'
import type { ValidOperation } from './stock-executor.ts'

/** Counts executions on the stock executor. */
export interface StockRuns {
  /** The number of executions, by reason. */
  readonly byReason: ReadonlyMap<string, number>
  /** Counts one, and logs the first one of an operation and reason. */
  readonly count: (reason: string, operation: ValidOperation) => void
}

/** Clients can cause these lines, and more of them would add nothing. */
const maxLines = 100

export function countStockRuns(log: Logger): StockRuns {
  const byReason = new Map<string, number>()
  const told = new WeakMap<ValidOperation, Set<string>>()
  let lines = 0

  return {
    byReason,
    count(reason, operation) {
      byReason.set(reason, (byReason.get(reason) ?? 0) + 1)
      stockExecutions.of(reason).value++
      const reasons = told.get(operation) ?? new Set<string>()
      told.set(operation, reasons)
      if (reasons.has(reason) || lines >= maxLines) return
      reasons.add(reason)
      lines++
      log.warn({ reason, operation: operation.text.slice(0, 500) }, 'an operation runs on the stock executor')
    },
  }
}
