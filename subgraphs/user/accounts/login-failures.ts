import { clientNetwork } from '../../../platform/http/client-network.ts'
import { RateLimited } from '../../../platform/runtime/errors.ts'
import { createRateLimit } from './rate-limit.ts'
import type { Redis } from '../../../platform/redis/client.ts'
import { createGrowingPause } from './growing-pause.ts'

/** One address may fail with many names (a school behind one router), but not with arbitrarily many. */
const namesPerAddress = 20
/** Users of one name may mistype it from many addresses. */
const addressesPerName = 10
/** For how many seconds strangers can keep users out of their account at an address that is new to it. */
const longestPauseOfName = 30
/** For how long an account remembers an address from which its owner signed in. */
const knownForSeconds = 24 * 24 * 3_600

/** A login attempt: from where, and for which name. */
export interface Attempt {
  readonly name: string
  readonly clientAddress: string
}

export interface LoginFailureLimits {
  /** How many wrong passwords one address may send for one name before it has to wait. */
  readonly loginFailures: number
  /** When failures are forgotten. */
  readonly loginFailureWindowSeconds: number
  readonly loginLongestPauseSeconds: number
}

export type LoginFailures = ReturnType<typeof createLoginFailures>

/**
 * Counts wrong passwords per name and address, per address, and per name; successful logins cost nothing. The pause per name is
 * short and skips addresses from which the owner has signed in before, so nobody can lock users out of their accounts by
 * guessing.
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
    /** @throws RateLimited after too many failures; the error says how long to wait. */
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

    /** Resets the failures of a name after a successful login, but not those of its address for other names. */
    async forget(attempt: Attempt): Promise<void> {
      const { pair } = keysOf(attempt)
      await Promise.all([pairs.forget(pair), known.use(pair)])
    },
  }
}

function keysOf({ name, clientAddress }: Attempt): { name: string; network: string; pair: string } {
  const network = clientNetwork(clientAddress)
  // Names may contain any character, so JSON is used instead of a separator.
  return { name, network, pair: JSON.stringify([network, name]) }
}
