import { createHash, randomBytes } from 'node:crypto'
import type { Caller } from '../../../platform/auth/caller.ts'
import { clientNetwork } from '../../../platform/http/client-network.ts'
import type { Redis } from '../../../platform/redis/client.ts'

type AnonymousCaller = Pick<Caller, 'clientAddress' | 'userAgent'>

/** What callers without a token have watched on this day (UTC), by their address and user agent. */
export interface AnonymousViewers {
  /** Notes videos as watched; those that were not before. None while Redis is away. */
  add(caller: AnonymousCaller, videoIds: readonly string[]): Promise<readonly string[]>
  /** Takes videos back that were not counted after all. */
  remove(caller: AnonymousCaller, videoIds: readonly string[]): Promise<void>
}

/** Without Redis, no view of such callers counts. */
export const noAnonymousViewers: AnonymousViewers = {
  add: () => Promise.resolve([]),
  remove: () => Promise.resolve(),
}

/** A little more than the day that is counted. */
const lifetimeSeconds = 25 * 60 * 60

/**
 * Keeps a set of video ids for each viewer of the day in Redis. Nothing else is stored of them: a viewer is a hash with the salt of
 * the day, which expires as the sets do.
 */
export function openAnonymousViewers(redis: Redis, now: () => number = Date.now): AnonymousViewers {
  let known: { readonly day: string; readonly salt: string } | undefined

  async function saltOf(day: string): Promise<string> {
    if (known?.day === day) return known.salt
    const key = `video:view-salt:${day}`
    await redis.set(key, randomBytes(32).toString('base64url'), 'EX', lifetimeSeconds, 'NX')
    const salt = await redis.get(key)
    if (salt === null) throw new Error('the salt of the day is gone')
    known = { day, salt }
    return salt
  }

  async function keyOf({ clientAddress, userAgent }: AnonymousCaller): Promise<string> {
    const day = new Date(now()).toISOString().slice(0, 10)
    const hash = createHash('sha256')
    for (const part of [await saltOf(day), clientNetwork(clientAddress), userAgent]) hash.update(part).update('\0')
    return `video:viewed:${day}:${hash.digest('base64url').slice(0, 22)}`
  }

  return {
    async add(caller, videoIds) {
      try {
        const key = await keyOf(caller)
        const commands = redis.pipeline()
        for (const id of videoIds) commands.sadd(key, id)
        const answers = (await commands.expire(key, lifetimeSeconds).exec()) ?? []
        return videoIds.filter((_, index) => answers[index]?.[1] === 1)
      } catch {
        return []
      }
    },
    async remove(caller, videoIds) {
      await keyOf(caller)
        .then((key) => redis.srem(key, ...videoIds))
        .catch(() => undefined)
    },
  }
}
