import type { Redis } from '../../../platform/redis/client.ts'

export type TypingStore = ReturnType<typeof createTypingStore>

/** For how long a user counts as typing, in milliseconds: at most one event per pair is sent in this time. */
const pauseMs = 3_000

/** Who is typing to whom, in Redis alone. */
export function createTypingStore(redis: Redis) {
  return {
    /** Records that a user types to another one; false when that is recorded already, or Redis is down. Never rejects. */
    async begin(userId: string, toUserId: string): Promise<boolean> {
      const answer = await redis.set(`chat:typing:${userId}:${toUserId}`, 1, 'PX', pauseMs, 'NX').catch(() => null)
      return answer === 'OK'
    },
  }
}
