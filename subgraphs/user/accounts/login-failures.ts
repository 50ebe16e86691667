import { RateLimited } from '../../../platform/errors.ts'
import { createRateLimit } from '../../../platform/rate-limit.ts'
import type { Redis } from '../../../platform/redis.ts'

/** One address may fail with many names (a school behind one router), but not with all of them. */
const namesPerAddress = 20

/** Who tries to sign in as whom. */
export interface Attempt {
  readonly name: string
  readonly clientAddress: string
}

export type LoginFailures = ReturnType<typeof createLoginFailures>

/** Counts wrong passwords by name and address, and by address over all names; right ones cost nothing. */
export function createLoginFailures(
  redis: Redis,
  budget: { readonly loginFailures: number; readonly loginFailureWindowSeconds: number },
) {
  const windowSeconds = budget.loginFailureWindowSeconds
  const pairs = createRateLimit(redis, { name: 'user:login-failures', points: budget.loginFailures, windowSeconds })
  const addresses = createRateLimit(redis, {
    name: 'user:login-failures-of-address',
    points: budget.loginFailures * namesPerAddress,
    windowSeconds,
  })

  return {
    /** @throws RateLimited when too many attempts have failed, saying how long to wait. */
    async admit({ name, clientAddress }: Attempt): Promise<void> {
      const waits = [pairs.secondsUntilFree(pairOf(name, clientAddress)), addresses.secondsUntilFree(clientAddress)]
      const seconds = Math.max(...(await Promise.all(waits)))
      if (seconds > 0) {
        throw new RateLimited({
          en: `Too many failed attempts. Please try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
          zh: `失败次数过多，请在 ${seconds} 秒后再试。`,
        })
      }
    },

    /** Counts a wrong password. */
    async count({ name, clientAddress }: Attempt): Promise<void> {
      await Promise.all([pairs.use(pairOf(name, clientAddress)), addresses.use(clientAddress)])
    },

    /** Forgets the wrong passwords of a name after the right one, not those that its address sent for other names. */
    async forget({ name, clientAddress }: Attempt): Promise<void> {
      await pairs.reset(pairOf(name, clientAddress))
    },
  }
}

/** Names may contain anything, also what would separate them from an address. */
function pairOf(name: string, clientAddress: string): string {
  return JSON.stringify([clientAddress, name])
}
