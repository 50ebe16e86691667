import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Redis } from '../../../platform/redis/client.ts'

/** How long Redis is not tried after a failure, so that only few callers wait for the timeout of a hanging one. */
const restMs = 1_000

/** A budget of points per key. Its window starts with the first point used; when it ends the budget is full again. */
export interface RateLimit {
  /** In how many seconds a key with a used-up budget gets a new one; 0 while it has points left. */
  secondsUntilFree(key: string): Promise<number>
  /** Uses one point of a key, even when none is left; returns how many have been used so far. */
  use(key: string): Promise<number>
  /** Empties the budget of a key for so many seconds. */
  block(key: string, seconds: number): Promise<void>
  /** Restores the full budget of a key. */
  reset(key: string): Promise<void>
}

export interface RateLimitOptions {
  /** The prefix of the keys in Redis. */
  readonly name: string
  readonly points: number
  readonly windowSeconds: number
}

/** Stores budgets in Redis, shared by all processes; while Redis is down each process counts in its own memory. */
export function createRateLimit(redis: Redis, options: RateLimitOptions): RateLimit {
  const budget = { keyPrefix: options.name, points: options.points, duration: options.windowSeconds }
  const inRedis = new RateLimiterRedis({ ...budget, storeClient: redis, rejectIfRedisNotReady: true })
  const inMemory = new RateLimiterMemory(budget)
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(1) })

  async function redisFirst<Answer>(call: (limiter: RateLimiterAbstract) => Promise<Answer>): Promise<Answer> {
    try {
      return await breaker.execute(() => call(inRedis))
    } catch {
      return call(inMemory)
    }
  }

  return {
    async secondsUntilFree(key) {
      const used = await redisFirst((limiter) => limiter.get(key))
      if (!used || used.consumedPoints < options.points) return 0
      return Math.max(1, Math.ceil(used.msBeforeNext / 1_000))
    },
    use: async (key) => (await redisFirst((limiter) => limiter.penalty(key))).consumedPoints,
    block: async (key, seconds) => void (await redisFirst((limiter) => limiter.block(key, seconds))),
    reset: async (key) => void (await redisFirst((limiter) => limiter.delete(key))),
  }
}
