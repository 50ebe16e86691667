import { createRateLimit } from '../../../platform/limits/rate-limit.ts'
import type { Redis } from '../../../platform/redis/client.ts'

export interface GrowingPauseOptions {
  /** What stands before each key in Redis. */
  readonly name: string
  /** How many failures cost no pause. */
  readonly free: number
  readonly longestSeconds: number
  /** When failures are forgotten, from the first one on. */
  readonly forgetSeconds: number
}

const firstPauseSeconds = 5

/** Makes those wait who fail: not at first, then for seconds, then twice as long each time. */
export function createGrowingPause(redis: Redis, { name, free, longestSeconds, forgetSeconds }: GrowingPauseOptions) {
  const failures = createRateLimit(redis, { name, points: free, windowSeconds: forgetSeconds })
  const pauses = createRateLimit(redis, { name: `${name}:pause`, points: 1, windowSeconds: firstPauseSeconds })

  return {
    /** How long a key still has to wait; 0 when it need not. */
    secondsLeft: (key: string): Promise<number> => pauses.secondsUntilFree(key),

    /** Counts a failure. */
    async count(key: string): Promise<void> {
      const paid = (await failures.use(key)) - free
      if (paid >= 0) await pauses.block(key, Math.min(longestSeconds, firstPauseSeconds * 2 ** paid))
    },

    /** Begins anew. */
    async forget(key: string): Promise<void> {
      await Promise.all([failures.reset(key), pauses.reset(key)])
    },
  }
}
