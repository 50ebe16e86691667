import { batchReads } from '../../platform/caching/batched-reads.ts'
import type { Redis } from '../../platform/redis/client.ts'
import { watchForOthers } from './only-process.ts'

/** The users with recent writes, in any process. */
export interface RecentWriters extends AsyncDisposable {
  /** Records that a user writes; all processes know it when this resolves. Never rejects. */
  note(userId: string): Promise<void>
  /**
   * Whether a user has recent writes; synchronous in a process that is the only one. True when that is unknown. Never rejects.
   */
  isRecent(userId: string): boolean | Promise<boolean>
}

/** For how long a write is recent: longer than any shared answer is cached, plus a second for differences between clocks. */
const recentMs = 2_000
const sweepMs = 5_000
/** Lets Redis drop the key of a system that no longer exists. */
const redisTtlMs = 60_000
const key = 'gateway:recent-changes'

/**
 * Records users with recent writes, so that only they bypass caches to read their own writes; other users get pages that may be
 * cached for a moment. The record is shared over Redis, batched over many requests, while there are other processes; without
 * Redis there is only one.
 */
export function createRecentWriters(redis: Redis | undefined): RecentWriters {
  /** Expiry time by user, oldest first. */
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

  async function publish(client: Redis, userIds: readonly string[]): Promise<readonly undefined[]> {
    const now = Date.now()
    const entries = userIds.flatMap((userId) => [now + recentMs, userId])
    const commands = [client.zadd(key, ...entries)]
    if (now - sweptAt > sweepMs) {
      sweptAt = now
      commands.push(client.zremrangebyscore(key, '-inf', now - sweepMs), client.pexpire(key, redisTtlMs))
    }
    await Promise.all(commands)
    return userIds.map(() => undefined)
  }

  async function query(client: Redis, userIds: readonly string[]): Promise<readonly boolean[]> {
    const untils = await client.zmscore(key, userIds as string[])
    const now = Date.now()
    return untils.map((until) => until !== null && Number(until) > now)
  }

  const publishAll = redis && batchReads((userIds: readonly string[]) => publish(redis, userIds))
  const queryAll = redis && batchReads((userIds: readonly string[]) => query(redis, userIds))
  const others = redis && watchForOthers(redis)

  return {
    async note(userId) {
      noteHere(userId, Date.now())
      await Promise.all([publishAll?.(userId).catch(() => undefined), others?.knownToOthers()])
    },
    isRecent(userId) {
      const until = here.get(userId)
      if (until !== undefined && until > Date.now()) return true
      if (!queryAll || others?.isAlone()) return false
      return queryAll(userId).catch(() => true)
    },
    [Symbol.asyncDispose]: async () => others?.[Symbol.asyncDispose](),
  }
}
