import { createHistogram } from 'node:perf_hooks'

/** Latencies of requests, in milliseconds. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

/** Collects latencies in bounded memory, with three significant digits. */
export function createLatencies() {
  const histogram = createHistogram({ figures: 3, lowest: 1, highest: 3_600_000_000 })
  return {
    add(milliseconds: number): void {
      histogram.record(Math.max(1, Math.round(milliseconds * 1_000)))
    },
    percentiles(): Percentiles {
      const at = (percentile: number): number => (histogram.count === 0 ? 0 : histogram.percentile(percentile) / 1_000)
      return { p50: at(50), p99: at(99), p999: at(99.9) }
    },
  }
}
