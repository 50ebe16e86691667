import type { Logger } from '../../platform/runtime/logger.ts'
import type { ValidOperation } from './stock-executor.ts'

/** Counts what runs on the stock executor because it is not compiled. */
export interface StockRuns {
  /** How many executions, by reason. */
  readonly byReason: ReadonlyMap<string, number>
  /** Counts one, and tells the log when it is the first of an operation for this reason. */
  readonly count: (reason: string, operation: ValidOperation) => void
}

/** More of these lines tell nobody more, and clients can cause them. */
const mostLines = 100

export function countStockRuns(log: Logger): StockRuns {
  const byReason = new Map<string, number>()
  const told = new WeakMap<ValidOperation, Set<string>>()
  let lines = 0

  return {
    byReason,
    count(reason, operation) {
      byReason.set(reason, (byReason.get(reason) ?? 0) + 1)
      const reasons = told.get(operation) ?? new Set<string>()
      told.set(operation, reasons)
      if (reasons.has(reason) || lines >= mostLines) return
      reasons.add(reason)
      lines++
      log.warn({ reason, operation: operation.text.slice(0, 500) }, 'an operation runs on the stock executor')
    },
  }
}
