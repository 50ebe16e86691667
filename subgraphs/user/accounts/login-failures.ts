import { clientNetwork } from '../../../platform/http/client-network.ts'
import { RateLimited } from '../../../platform/runtime/errors.ts'
import { createRateLimit } from '../../../platform/limits/rate-limit.ts'
import type { Redis } from '../../../platform/redis/client.ts'
import { createGrowingPause } from './growing-pause.ts'

/** One address may fail with many names (a school behind one router), but not with all of them. */
const namesPerAddress = 20
/** A name may be mistaken from many addresses. */
const addressesPerName = 10
/** How long strangers can keep somebody out of his account who comes from an address that it has not seen. */
const longestPauseOfName = 30
/** How long an account knows an address from which its owner signed in. */
const knownForSeconds = 24 * 24 * 3_600

/** Who tries to sign in as whom. */
export interface Attempt {
  readonly name: string
  readonly clientAddress: string
}

export interface LoginFailureLimits {
  /** How many wrong passwords one address may send for one name before it has to wait. */
  readonly loginFailures: number
  /** When they are forgotten. */
  readonly loginFailureWindowSeconds: number
  readonly loginLongestPauseSeconds: number
}

export type LoginFailures = ReturnType<typeof createLoginFailures>

/**
 * Counts wrong passwords by name and address, by address over all names, and by name over all addresses; right ones cost
 * nothing. The last is short, and passes over addresses from which the owner signed in before: nobody can lock him out of
 * his own account by guessing.
 */
export function createLoginFailures(redis: Redis, limits: LoginFailureLimits) {
  const { loginFailures: free, loginFailureWindowSeconds: forgetSeconds, loginLongestPauseSeconds } = limits
  const pause = (name: string, times: number, longestSeconds: number) =>
    createGrowingPause(redis, { name, free: free * times, longestSeconds, forgetSeconds })
  const pairs = pause('user:login-failures', 1, loginLongestPauseSeconds)
  const addresses = pause('user:login-failures-of-address', namesPerAddress, loginLongestPauseSeconds)
  const names = pause('user:login-failures-of-name', addressesPerName, longestPauseOfName)
  const known = createRateLimit(redis, { name: 'user:signed-in-from', points: 1, windowSeconds: knownForSeconds })

  async function secondsOfName(name: string, pair: string): Promise<number> {
    const [seconds, isKnown] = await Promise.all([names.secondsLeft(name), known.secondsUntilFree(pair)])
    return isKnown > 0 ? 0 : seconds
  }

  return {
    /** @throws RateLimited when too many attempts have failed, saying how long to wait. */
    async admit(attempt: Attempt): Promise<void> {
      const { name, network, pair } = keysOf(attempt)
      const waits = [pairs.secondsLeft(pair), addresses.secondsLeft(network), secondsOfName(name, pair)]
      const seconds = Math.max(...(await Promise.all(waits)))
      if (seconds > 0) {
        const messages = {
          en: `Too many failed attempts. Please try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
          zh: `失败次数过多，请在 ${seconds} 秒后再试。`,
        }
        throw new RateLimited(messages, seconds)
      }
    },

    /** Counts a wrong password. */
    async count(attempt: Attempt): Promise<void> {
      const { name, network, pair } = keysOf(attempt)
      await Promise.all([pairs.count(pair), addresses.count(network), names.count(name)])
    },

    /** Forgets the wrong passwords of a name after the right one, not those that its address sent for other names. */
    async forget(attempt: Attempt): Promise<void> {
      const { pair } = keysOf(attempt)
      await Promise.all([pairs.forget(pair), known.use(pair)])
    },
  }
}

function keysOf({ name, clientAddress }: Attempt): { name: string; network: string; pair: string } {
  const network = clientNetwork(clientAddress)
  // Names may contain anything, also what would separate them from an address.
  return { name, network, pair: JSON.stringify([network, name]) }
}
