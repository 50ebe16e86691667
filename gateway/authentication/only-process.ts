import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from '../../platform/redis/client.ts'
import { repeat } from '../../platform/runtime/repeat.ts'

/** Knows whether this is the only process of the system that takes operations. */
export interface OnlyProcess extends AsyncDisposable {
  /** Whether no other process has let anybody write until now. False when that cannot be known. */
  isAlone(): boolean
  /** Resolves once no process takes itself to be alone any more, or Redis is away. To be awaited before a write is answered. */
  knownToOthers(): Promise<void>
}

const key = 'gateway:processes'
/** How often a process says that it is there, and looks for others, in milliseconds. */
const lookEveryMs = 200
/** For how long a process believes that it is alone from when it looked, in milliseconds. */
const believedMs = 500
/** For how long a process counts as there without saying so: one that was killed costs the others as long. */
const livesMs = 10_000
/** Redis shall not keep it for a system that is gone. */
const keptInRedisMs = 60_000

/**
 * Every process stands in a list in Redis, under a moment of Redis' own clock until which it counts as there. Who looks and
 * finds itself alone, believes it for half a second. A process that finds others in the list when it enters has to wait for
 * as long before it answers its first write: by then whoever was alone before has looked again.
 */
export function watchForOthers(redis: Redis): OnlyProcess {
  const self = randomUUID()
  let aloneUntil = -Infinity
  let knownFrom = -Infinity

  async function look(): Promise<void> {
    const lookedAt = performance.now()
    const [seconds = 0, microseconds = 0] = await redis.time()
    const now = seconds * 1_000 + Math.floor(microseconds / 1_000)
    const answers = await redis
      .multi()
      .zremrangebyscore(key, '-inf', now)
      .zadd(key, now + livesMs, self)
      .zcard(key)
      .pexpire(key, keptInRedisMs)
      .exec()
    const [, added, count] = answers?.map(([, answer]) => answer) ?? []
    if (count === 1) aloneUntil = lookedAt + believedMs
    // It is new to the others, or was away for so long that they have forgotten it.
    else if (added === 1) knownFrom = performance.now() + believedMs
  }

  const looking = look().catch(() => undefined)
  const looks = repeat(lookEveryMs, () => looking.then(look).catch(() => undefined))

  return {
    isAlone: () => performance.now() < aloneUntil,
    async knownToOthers() {
      await looking
      const ms = knownFrom - performance.now()
      if (ms > 0) await delay(ms)
    },
    async [Symbol.asyncDispose]() {
      await looks[Symbol.asyncDispose]()
      await redis.zrem(key, self).catch(() => undefined)
    },
  }
}
