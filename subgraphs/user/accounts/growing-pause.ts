import { createRateLimit } from './rate-limit.ts'
import type { Redis } from '../../../platform/redis/client.ts'

export interface GrowingPauseOptions {
  /** The prefix of the keys in Redis. */
  readonly name: string
  /** How many failures cause no pause. */
  readonly free: number
  readonly longestSeconds: number
  /** When failures are forgotten, counted from the first one. */
  readonly forgetSeconds: number
}

const firstPauseSeconds = 5

/** Exponential backoff for failures: no pause at first, then some seconds, then twice as long each time. */
export function createGrowingPause(redis: Redis, { name, free, longestSeconds, forgetSeconds }: GrowingPauseOptions) {
  const failures = createRateLimit(redis, { name, points: free, windowSeconds: forgetSeconds })
  const pauses = createRateLimit(redis, { name: `${name}:pause`, points: 1, windowSeconds: firstPauseSeconds })

  return {
    /** How many seconds a key still has to wait; 0 for none. */
    secondsLeft: (key: string): Promise<number> => pauses.secondsUntilFree(key),

    /** Counts a failure. */
    async count(key: string): Promise<void> {
      const paid = (await failures.use(key)) - free
      if (paid >= 0) await pauses.block(key, Math.min(longestSeconds, firstPauseSeconds * 2 ** paid))
    },

    /** Resets a key. */
    async forget(key: string): Promise<void> {
      await Promise.all([failures.reset(key), pauses.reset(key)])
    },
  }
}
