import { batchReads } from '../../platform/caching/batched-reads.ts'
import type { Redis } from '../../platform/redis/client.ts'
import { watchForOthers } from './only-process.ts'

/** Who changed something a moment ago, in whichever process. */
export interface RecentWriters extends AsyncDisposable {
  /** Remembers that a person changes something; every process knows of it when this resolves. Never rejects. */
  note(userId: string): Promise<void>
  /**
   * Whether a person changed something a moment ago, known at once in a process that is alone. When it cannot be known, they
   * are taken to have. Never rejects.
   */
  isRecent(userId: string): boolean | Promise<boolean>
}

/**
 * For how long a change counts as recent: longer than anything is kept that everybody is shown, and the clocks of two
 * machines may be a second apart.
 */
const recentMs = 2_000
const sweepMs = 5_000
/** Redis shall not keep it for a system that is gone. */
const keptInRedisMs = 60_000
const key = 'gateway:recent-changes'

/**
 * Remembers who changed something, so that he alone pays for seeing it at once: everybody else is shown pages that were
 * kept for a moment. It is told to the other processes over Redis, those of many requests in one command. Redis is asked while
 * there are others; without Redis there is one process.
 */
export function createRecentWriters(redis: Redis | undefined): RecentWriters {
  /** Until when, by person; the oldest first. */
  const here = new Map<string, number>()
  let sweptAt = 0

  function noteHere(userId: string, now: number): void {
    for (const [other, until] of here) {
      if (until > now) break
      here.delete(other)
    }
    here.delete(userId)
    here.set(userId, now + recentMs)
  }

  async function tell(client: Redis, userIds: readonly string[]): Promise<readonly undefined[]> {
    const now = Date.now()
    const entries = userIds.flatMap((userId) => [now + recentMs, userId])
    const commands = [client.zadd(key, ...entries)]
    if (now - sweptAt > sweepMs) {
      sweptAt = now
      commands.push(client.zremrangebyscore(key, '-inf', now - sweepMs), client.pexpire(key, keptInRedisMs))
    }
    await Promise.all(commands)
    return userIds.map(() => undefined)
  }

  async function ask(client: Redis, userIds: readonly string[]): Promise<readonly boolean[]> {
    const untils = await client.zmscore(key, userIds as string[])
    const now = Date.now()
    return untils.map((until) => until !== null && Number(until) > now)
  }

  const tellAll = redis && batchReads((userIds: readonly string[]) => tell(redis, userIds))
  const askAll = redis && batchReads((userIds: readonly string[]) => ask(redis, userIds))
  const others = redis && watchForOthers(redis)

  return {
    async note(userId) {
      noteHere(userId, Date.now())
      await Promise.all([tellAll?.(userId).catch(() => undefined), others?.knownToOthers()])
    },
    isRecent(userId) {
      const until = here.get(userId)
      if (until !== undefined && until > Date.now()) return true
      if (!askAll || others?.isAlone()) return false
      return askAll(userId).catch(() => true)
    },
    [Symbol.asyncDispose]: async () => others?.[Symbol.asyncDispose](),
  }
}
