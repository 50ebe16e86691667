import type { Outcome } from './connection.ts'
import { createLatencies, type Percentiles } from './latencies.ts'

/** The results of a route under load. */
export interface LoadResult extends Percentiles {
  readonly requests: number
  readonly perSecond: number
  /** Requests that were not answered as expected; their latencies are included. */
  readonly errors: number
  /** The answer to the first of them. */
  readonly firstError?: string
  readonly bytesPerAnswer: number
  /** For mixes, the results of each kind of request. */
  readonly kinds?: Readonly<Record<string, Percentiles & { readonly requests: number }>>
}

/** Counts events during a load. */
export function createTally() {
  const all = createLatencies()
  const kinds = new Map<string, { requests: number; latencies: ReturnType<typeof createLatencies> }>()
  let requests = 0
  let errors = 0
  let bytes = 0
  let firstError: string | undefined

  return {
    add(kind: string, milliseconds: number, outcome: Outcome): void {
      requests++
      bytes += outcome.bytes
      all.add(milliseconds)
      const ofKind = kinds.get(kind) ?? { requests: 0, latencies: createLatencies() }
      kinds.set(kind, ofKind)
      ofKind.requests++
      ofKind.latencies.add(milliseconds)
      if (outcome.problem === undefined) return
      errors++
      firstError ??= outcome.problem
    },

    result(milliseconds: number): LoadResult {
      const parts = [...kinds].map(([kind, part]) => [
        kind,
        { requests: part.requests, ...part.latencies.percentiles() },
      ])
      return {
        requests,
        perSecond: requests / (milliseconds / 1_000),
        ...all.percentiles(),
        errors,
        ...(firstError !== undefined && { firstError }),
        bytesPerAnswer: Math.round(bytes / Math.max(1, requests)),
        ...(kinds.size > 1 && { kinds: Object.fromEntries(parts) as NonNullable<LoadResult['kinds']> }),
      }
    },
  }
}
