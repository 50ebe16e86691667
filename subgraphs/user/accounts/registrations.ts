import { clientNetwork } from '../../../platform/http/client-network.ts'
import { RateLimited } from '../../../platform/runtime/errors.ts'
import { createRateLimit } from './rate-limit.ts'
import type { Redis } from '../../../platform/redis/client.ts'

export type Registrations = ReturnType<typeof createRegistrations>

/** Limits how many accounts an address may create. */
export function createRegistrations(redis: Redis, perHour: number) {
  const limit = createRateLimit(redis, { name: 'user:registrations', points: perHour, windowSeconds: 3_600 })

  return {
    /**
     * Counts a registration before it is tried.
     *
     * @throws RateLimited when its address has tried too many; a limit of 0 disables this.
     */
    async admit(clientAddress: string): Promise<void> {
      if (perHour === 0) return
      const network = clientNetwork(clientAddress)
      if ((await limit.use(network)) <= perHour) return
      const minutes = Math.ceil((await limit.secondsUntilFree(network)) / 60)
      const messages = {
        en: `Too many accounts were created from your network. Please try again in ${minutes} min.`,
        zh: `您所在的网络注册账号过多，请在 ${minutes} 分钟后再试。`,
      }
      throw new RateLimited(messages, minutes * 60)
    },
  }
}
