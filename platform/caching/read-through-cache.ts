import { batchReads, type ReadMany } from './batched-reads.ts'
import type { Changes } from './changes.ts'
import { createRecentWrites } from './recent-writes.ts'
import { createGenerationalCache, type GenerationalCacheOptions } from './generational-cache.ts'

/** A read-through cache of values by key; absence is cached, too. */
export interface ReadThroughCache<Value> {
  /**
   * The values of keys, in their order; null for what there is not. None is older than the moment they are kept for unless
   * changes are told, and each was read after `notBefore`, in milliseconds of `performance.now()`.
   */
  get(keys: readonly string[], notBefore?: number): Promise<(Value | null)[]>
  /**
   * To be called when something was written, after the commit and before whoever wrote is answered: nobody who asks from
   * then on is answered by a read that began before.
   *
   * @param names keys, or what `nameOf` makes of them.
   */
  readonly forget: (names: Iterable<string>) => void
  /** The same for everything. */
  readonly forgetAll: () => void
}

/** A value is kept from the moment on at which it began to be read. */
export interface ReadThroughCacheOptions<Value> extends Pick<
  GenerationalCacheOptions<Value>,
  'most' | 'sizeOf' | 'nameOf'
> {
  /** For how long a value is shown while nobody tells of changes, in milliseconds. */
  readonly keptMs: number
  /** While these are current, a value is shown until it is forgotten, because whoever changes it is heard of. */
  readonly changes?: Pick<Changes, 'isCurrent'> | undefined
}

/** Nothing is shown for longer, in milliseconds, if ever a change was not told. */
const longestMs = 60_000
/** For how long at least a write is remembered, for the reads that are under way, in milliseconds. */
const rememberedMs = 1_000

/** A read that others may wait for. */
interface Reading<Value> {
  readonly announcedAt: number
  readonly ended: Promise<unknown>
  /** Once it has ended. */
  found: ReadonlyMap<string, Value> | null
}

/**
 * Keeps values of a source that is more expensive to ask than memory. However many ask for one key at the same time, it is
 * read once. Failures are not cached.
 *
 * @param read answers those of the keys that there are.
 */
export function createReadThroughCache<Value>(
  read: ReadMany<Value>,
  options: ReadThroughCacheOptions<Value>,
): ReadThroughCache<Value> {
  const { keptMs, nameOf, changes } = options
  const longestReadMs = Math.max(keptMs, rememberedMs)
  const writes = createRecentWrites(longestReadMs)
  const isWritten = nameOf
    ? (key: string, since: number) => writes.concern(nameOf(key), since)
    : (key: string, since: number) => writes.concern(key, since)
  const kept = createGenerationalCache<Value>({ ...options, keptMs: changes ? longestMs : keptMs })
  const underWay = new Map<string, Reading<Value>>()
  const readNow = batchReads<readonly string[], ReadonlyMap<string, Value>>(async (questions) => {
    const since = performance.now()
    const keys = questions.length === 1 ? (questions[0] ?? []) : [...new Set(questions.flat())]
    const found = await read(keys)
    // What was written meanwhile is not kept, nor is anything when nobody remembers what was.
    if (performance.now() - since < longestReadMs) {
      for (const key of keys) if (!isWritten(key, since)) kept.set(key, found.get(key) ?? null, since)
    }
    return questions.map(() => found)
  })

  /** Whoever asks for the keys meanwhile gets this answer. */
  function announce(keys: readonly string[]): void {
    const ended = readNow(keys).then(
      (found) => {
        reading.found = found
        forgetReading()
      },
      (error: unknown) => {
        forgetReading()
        throw error
      },
    )
    const reading: Reading<Value> = { announcedAt: performance.now(), ended, found: null }
    const forgetReading = (): void => {
      for (const key of keys) if (underWay.get(key) === reading) underWay.delete(key)
    }
    for (const key of keys) underWay.set(key, reading)
  }

  async function readMissing(
    keys: readonly string[],
    values: (Value | null)[],
    missing: readonly number[],
    after: number,
  ): Promise<(Value | null)[]> {
    const unasked = new Set<string>()
    for (const index of missing) {
      const key = keys[index] ?? ''
      const reading = underWay.get(key)
      if (!reading || reading.announcedAt <= after || isWritten(key, reading.announcedAt)) unasked.add(key)
    }
    if (unasked.size > 0) announce([...unasked])
    const readings = missing.map((index) => underWay.get(keys[index] ?? ''))
    await Promise.all(new Set(readings.flatMap((reading) => reading?.ended ?? [])))
    for (const [place, index] of missing.entries()) {
      values[index] = readings[place]?.found?.get(keys[index] ?? '') ?? null
    }
    return values
  }

  return {
    get(keys, notBefore = -Infinity) {
      const now = performance.now()
      const isCurrent = changes?.isCurrent(now) === true
      const after = isCurrent ? notBefore : Math.max(notBefore, now - keptMs)
      const values = new Array<Value | null>(keys.length)
      let missing: number[] | undefined
      for (let index = 0; index < keys.length; index++) {
        const value = kept.get(keys[index] ?? '', now, after)
        if (value === undefined) (missing ??= []).push(index)
        else values[index] = value
      }
      if (!missing) return Promise.resolve(values)
      // Nobody waits for a read that is under way for longer than writes are remembered.
      return readMissing(keys, values, missing, isCurrent ? Math.max(notBefore, now - longestReadMs) : after)
    },
    forget(names) {
      const written = [...names]
      writes.note(written)
      for (const name of written) kept.forget(name)
    },
    forgetAll() {
      writes.noteAll()
      kept.forgetAll()
    },
  }
}
