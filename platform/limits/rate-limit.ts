import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Redis } from '../redis/client.ts'

/** How long Redis is left alone after it failed, so that a hanging one costs few callers its timeout. */
const restMs = 1_000

/** A budget of points per key; it starts to run with the first point used, and is whole again when the window ends. */
export interface RateLimit {
  /** In how many seconds a key that used up its budget has a new one; 0 while it has points left. */
  secondsUntilFree(key: string): Promise<number>
  /** Uses one point of a key's budget, also when none is left; answers how many were used by now. */
  use(key: string): Promise<number>
  /** Takes a key's budget away for so many seconds, whatever was left of it. */
  block(key: string, seconds: number): Promise<void>
  /** Gives a key its whole budget back. */
  reset(key: string): Promise<void>
}

export interface RateLimitOptions {
  /** What stands before each key in Redis. */
  readonly name: string
  readonly points: number
  readonly windowSeconds: number
}

/** Keeps budgets in Redis, for all processes together; while Redis is away each process keeps its own. */
export function createRateLimit(redis: Redis, options: RateLimitOptions): RateLimit {
  const budget = { keyPrefix: options.name, points: options.points, duration: options.windowSeconds }
  const inRedis = new RateLimiterRedis({ ...budget, storeClient: redis, rejectIfRedisNotReady: true })
  const inMemory = new RateLimiterMemory(budget)
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(1) })

  async function redisFirst<Answer>(ask: (limiter: RateLimiterAbstract) => Promise<Answer>): Promise<Answer> {
    try {
      return await breaker.execute(() => ask(inRedis))
    } catch {
      return ask(inMemory)
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
