import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { repeat } from '../runtime/repeat.ts'
import type { Redis } from './client.ts'

/** How often a process says that its counts are still true, in milliseconds. */
const renewEveryMs = 5_000
/** For how long the counts of a process on another machine are still added when that was killed, in milliseconds. */
const livesMs = 15_000
/** Before the id of each process of this machine, which are known to be gone as soon as they are. */
const ofThisMachine = `${hostname()}/`

/** Counts of what processes hold at present, such as open connections, added up over all processes. */
export interface SharedCounts extends AsyncDisposable {
  /**
   * Changes the count of a key in this process.
   *
   * @returns the sum of the key over all processes; while Redis is down, the count of this process. Never rejects.
   */
  add(key: string, by: 1 | -1): Promise<number>
}

/**
 * Opens the counts of this process. Each process has a hash of its own in Redis, which expires when the process does not renew
 * it; so nothing has to be done for a key while its count stays the same. What could not be written is written with the next
 * renewal.
 */
export function openSharedCounts(redis: Redis, name: string): SharedCounts {
  const self = `${ofThisMachine}${process.pid}/${randomUUID()}`
  const counts = new Map<string, number>()
  const own = hashOf(name, self)
  let isComplete = false

  async function renew(): Promise<void> {
    if (redis.status !== 'ready') {
      isComplete = false
      return
    }
    const isRewritten = !isComplete && counts.size > 0
    isComplete = true
    const commands = redis.multi()
    if (isRewritten) commands.del(own).hset(own, counts)
    const expected = counts.size > 0
    commands
      .zadd(processesOf(name), Date.now() + livesMs, self)
      .zremrangebyscore(processesOf(name), '-inf', Date.now() - livesMs)
      .pexpire(processesOf(name), 2 * livesMs)
      .pexpire(own, livesMs)
    const answers = await commands.exec().catch(() => null)
    // The hash is gone when Redis lost its data.
    if (answers?.at(-1)?.[1] !== 1 && expected) isComplete = false
  }

  const renewing = repeat(renewEveryMs, renew)

  return {
    async add(key, by) {
      const count = (counts.get(key) ?? 0) + by
      if (count > 0) counts.set(key, count)
      else counts.delete(key)
      try {
        await (count > 0
          ? redis.multi().hset(own, key, count).pexpire(own, livesMs).exec()
          : redis.multi().hdel(own, key).exec())
        const [sum = count] = await sumSharedCounts(redis, name, [key])
        return Math.max(sum, count)
      } catch {
        isComplete = false
        return count
      }
    },
    async [Symbol.asyncDispose]() {
      await renewing[Symbol.asyncDispose]()
      await redis
        .multi()
        .del(own)
        .zrem(processesOf(name), self)
        .exec()
        .catch(() => undefined)
    },
  }
}

/**
 * The sums of keys over all processes, in the order of the keys.
 *
 * @throws an error of Redis while it is down.
 */
export async function sumSharedCounts(redis: Redis, name: string, keys: readonly string[]): Promise<number[]> {
  if (keys.length === 0) return []
  const processes = (await redis.zrange(processesOf(name), '0', '-1')).filter(isNotKnownToBeGone)
  const counts = await Promise.all(processes.map((id) => redis.hmget(hashOf(name, id), ...keys)))
  return keys.map((_, index) => counts.reduce((sum, ofProcess) => sum + Number(ofProcess[index] ?? 0), 0))
}

function isNotKnownToBeGone(id: string): boolean {
  if (!id.startsWith(ofThisMachine)) return true
  const pid = Number(id.slice(ofThisMachine.length).split('/')[0])
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function processesOf(name: string): string {
  return `${name}:processes`
}

function hashOf(name: string, id: string): string {
  return `${name}:of:${id}`
}
