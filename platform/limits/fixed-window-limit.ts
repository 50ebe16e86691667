import { LRUCache } from 'lru-cache'
import type { Redis } from '../redis/client.ts'
import { repeat } from '../runtime/repeat.ts'

/** A limit on how often each key may be used within a time window. A check takes about a microsecond and does no I/O. */
export interface FixedWindowLimit extends AsyncDisposable {
  /** Uses points of a key and returns 0; if too few are left, uses none and returns the seconds to wait. */
  use(key: string, points?: number): number
}

export interface FixedWindowLimitOptions {
  /** The prefix of the keys in Redis. */
  readonly name: string
  /** For each key and window; 0 means no limit. */
  readonly points: number
  readonly windowSeconds: number
  /** Shares the counts between processes; without it, or while Redis is down, each process counts alone. */
  readonly redis?: Redis | undefined
}

interface Use {
  readonly window: number
  /** Used by this process and not in Redis yet. */
  pending: number
  /** Used by all processes, as of the last synchronisation. */
  synced: number
}

/** How many keys are remembered; the least recently used one is dropped. */
const maxKeys = 50_000
/** Keys that used less than this share of their limit in this process are not synchronised. */
const worthSyncing = 0.1
const syncEveryMs = 500
/** More than legitimate use causes in half a second; the rest is sent with the next synchronisation. */
const maxKeysPerSync = 500

/**
 * Counts in windows that are aligned to the clock and the same for all keys, so a key needs two numbers only. Counting is done
 * in this process; twice a second the counts worth sharing go to Redis in one pipeline, which returns the totals of all
 * processes. Together, processes may exceed a limit by a tenth each, plus what they use in half a second.
 */
export function createFixedWindowLimit(options: FixedWindowLimitOptions): FixedWindowLimit {
  const { name, points: max, windowSeconds, redis } = options
  const windowMs = windowSeconds * 1_000
  // Limited by size, where each entry counts as 1: with `max`, lru-cache would allocate room for all keys at once.
  const uses = new LRUCache<string, Use>({ maxSize: maxKeys, sizeCalculation: () => 1 })
  const toSync = new Set<string>()

  function useOf(key: string, window: number): Use {
    const known = uses.get(key)
    if (known?.window === window) return known
    const fresh: Use = { window, pending: 0, synced: 0 }
    uses.set(key, fresh)
    return fresh
  }

  async function synchronise(): Promise<void> {
    if (!redis || redis.status !== 'ready' || toSync.size === 0) return
    const sent = [...toSync].slice(0, maxKeysPerSync).flatMap((key) => {
      toSync.delete(key)
      const use = uses.get(key)
      return use && use.pending > 0 ? [{ key, use, points: use.pending }] : []
    })
    const pipeline = redis.pipeline()
    for (const { key, use, points } of sent) {
      const id = `${name}:${key}:${use.window}`
      pipeline.incrby(id, points).expire(id, 2 * windowSeconds)
    }
    const answers = await pipeline.exec().catch(() => null)
    sent.forEach(({ use, points }, index) => {
      const total = answers?.[2 * index]?.[1]
      if (typeof total !== 'number') return
      use.synced = total
      use.pending -= points
    })
  }

  const syncing = max > 0 && redis ? repeat(syncEveryMs, synchronise) : undefined
  return {
    use(key, points = 1) {
      if (max === 0) return 0
      const now = Date.now()
      const window = Math.floor(now / windowMs)
      const use = useOf(key, window)
      if (use.synced + use.pending + points > max) return Math.ceil(((window + 1) * windowMs - now) / 1_000)
      use.pending += points
      if (use.pending >= max * worthSyncing) toSync.add(key)
      return 0
    },
    [Symbol.asyncDispose]: async () => syncing?.[Symbol.asyncDispose](),
  }
}
