import { LRUCache } from 'lru-cache'
import type { Redis } from '../redis/client.ts'
import { repeat } from '../runtime/repeat.ts'

/** How often each key may do something within a window. Asking costs about a microsecond and waits for nobody. */
export interface FixedWindowLimit extends AsyncDisposable {
  /** Uses points of a key and answers 0; or, when it has not enough left, uses none and answers the seconds to wait. */
  use(key: string, points?: number): number
}

export interface FixedWindowLimitOptions {
  /** What stands before each key in Redis. */
  readonly name: string
  /** Of each key within a window; 0 is no limit. */
  readonly points: number
  readonly windowSeconds: number
  /** Where processes tell each other; without it, or while it is away, each counts for itself. */
  readonly redis?: Redis | undefined
}

interface Use {
  readonly window: number
  /** By this process, and not told yet. */
  untold: number
  /** By all processes, as far as they have told. */
  told: number
}

/** How many keys are remembered; the least used one gives way. */
const keptKeys = 50_000
/** Only who has used this part of his points here is worth a word to the other processes. */
const worthTelling = 0.1
const tellEveryMs = 500
/** More than any honest half a second brings; the rest is told next time. */
const mostTold = 500

/**
 * Counts in windows that begin with the clock, for all keys at once, so that it can be counted in two numbers. Counting is
 * done in this process; twice a second what is worth telling goes to Redis in one pipeline, which answers what the others
 * have used. So all of them together may overdraw a budget by a tenth for each, and by what they use in half a second.
 */
export function createFixedWindowLimit(options: FixedWindowLimitOptions): FixedWindowLimit {
  const { name, points: most, windowSeconds, redis } = options
  const windowMs = windowSeconds * 1_000
  // By their size, each of which is one: with `max`, room for all of them would be taken before the first came.
  const uses = new LRUCache<string, Use>({ maxSize: keptKeys, sizeCalculation: () => 1 })
  const toTell = new Set<string>()

  function useOf(key: string, window: number): Use {
    const known = uses.get(key)
    if (known?.window === window) return known
    const fresh: Use = { window, untold: 0, told: 0 }
    uses.set(key, fresh)
    return fresh
  }

  async function tell(): Promise<void> {
    if (!redis || redis.status !== 'ready' || toTell.size === 0) return
    const told = [...toTell].slice(0, mostTold).flatMap((key) => {
      toTell.delete(key)
      const use = uses.get(key)
      return use && use.untold > 0 ? [{ key, use, points: use.untold }] : []
    })
    const pipeline = redis.pipeline()
    for (const { key, use, points } of told) {
      const id = `${name}:${key}:${use.window}`
      pipeline.incrby(id, points).expire(id, 2 * windowSeconds)
    }
    const answers = await pipeline.exec().catch(() => null)
    told.forEach(({ use, points }, index) => {
      const total = answers?.[2 * index]?.[1]
      if (typeof total !== 'number') return
      use.told = total
      use.untold -= points
    })
  }

  const telling = most > 0 && redis ? repeat(tellEveryMs, tell) : undefined
  return {
    use(key, points = 1) {
      if (most === 0) return 0
      const now = Date.now()
      const window = Math.floor(now / windowMs)
      const use = useOf(key, window)
      if (use.told + use.untold + points > most) return Math.ceil(((window + 1) * windowMs - now) / 1_000)
      use.untold += points
      if (use.untold >= most * worthTelling) toTell.add(key)
      return 0
    },
    [Symbol.asyncDispose]: async () => telling?.[Symbol.asyncDispose](),
  }
}
