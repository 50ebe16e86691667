import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from '../../platform/redis/client.ts'
import { repeat } from '../../platform/runtime/repeat.ts'

/** Knows whether this is the only process of the system that accepts operations. */
export interface OnlyProcess extends AsyncDisposable {
  /** Whether no other process has executed a mutation so far. False when that is unknown. */
  isAlone(): boolean
  /**
   * Resolves once no other process believes that it is the only one, or Redis is down. Await it before a mutation is answered.
   */
  knownToOthers(): Promise<void>
}

const key = 'gateway:processes'
/** How often a process registers itself and looks for others, in milliseconds. */
const lookEveryMs = 200
/** For how long after a look-up a process trusts that it is the only one, in milliseconds. */
const believedMs = 500
/** For how long a process stays registered without a heartbeat, in milliseconds; also after it was killed. */
const livesMs = 10_000
/** Lets Redis drop the key of a system that no longer exists. */
const redisTtlMs = 60_000

/**
 * Every process is registered in a list in Redis, with an expiry time on Redis' own clock. A process that finds no other one
 * trusts for half a second that it is alone. A process that finds others when it registers waits for as long before it answers
 * its first mutation: by then a process that was alone has looked again.
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
      .pexpire(key, redisTtlMs)
      .exec()
    const [, added, count] = answers?.map(([, answer]) => answer) ?? []
    if (count === 1) aloneUntil = lookedAt + believedMs
    // It is new to the others, or was gone for so long that its registration has expired.
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
