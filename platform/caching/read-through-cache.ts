import { cacheReads } from '../metrics/measured.ts'
import { batchReads, type ReadMany } from './batched-reads.ts'
import type { Changes } from './changes.ts'
import { createRecentWrites } from './recent-writes.ts'
import { createGenerationalCache, type GenerationalCacheOptions } from './generational-cache.ts'

/** A read-through cache of values by key; absence is cached, too. */
export interface ReadThroughCache<Value> {
  /**
   * The values of keys, in order; null for absent ones. A value is not older than its TTL unless changes are reported, and was
   * read after `notBefore`, in milliseconds of `performance.now()`.
   */
  get(keys: readonly string[], notBefore?: number): Promise<(Value | null)[]>
  /**
   * Call it after the commit of a write and before answering the writer: later callers are not answered by a read that began
   * earlier.
   *
   * @param names keys, or what `nameOf` makes of them.
   */
  readonly forget: (names: Iterable<string>) => void
  /** The same for everything. */
  readonly forgetAll: () => void
}

/** The age of a value counts from the start of its read. */
export interface ReadThroughCacheOptions<Value> extends Pick<
  GenerationalCacheOptions<Value>,
  'max' | 'sizeOf' | 'nameOf'
> {
  /** The name of the cache in its measures. */
  readonly name: string
  /** The TTL while changes are not reported, in milliseconds. */
  readonly ttlMs: number
  /** While these are current, a value is used until it is invalidated, because all changes are reported. */
  readonly changes?: Pick<Changes, 'isCurrent'> | undefined
}

/** The absolute TTL, in milliseconds, in case a change was ever missed. */
const longestMs = 60_000
/** How long a write is remembered at least, for reads in progress, in milliseconds. */
const rememberedMs = 1_000

/** A read that other callers may wait for. */
interface Reading<Value> {
  readonly announcedAt: number
  readonly ended: Promise<unknown>
  /** Set when it has ended. */
  found: ReadonlyMap<string, Value> | null
}

/**
 * Caches values of an expensive source. Concurrent requests for a key share one read. Failures are not cached.
 *
 * @param read returns the existing values.
 */
export function createReadThroughCache<Value>(
  read: ReadMany<Value>,
  options: ReadThroughCacheOptions<Value>,
): ReadThroughCache<Value> {
  const { name, ttlMs, nameOf, changes } = options
  const hits = cacheReads.of(name, 'hit')
  const misses = cacheReads.of(name, 'miss')
  const longestReadMs = Math.max(ttlMs, rememberedMs)
  const writes = createRecentWrites(longestReadMs)
  const isWritten = nameOf
    ? (key: string, since: number) => writes.concern(nameOf(key), since)
    : (key: string, since: number) => writes.concern(key, since)
  const kept = createGenerationalCache<Value>({ ...options, ttlMs: changes ? longestMs : ttlMs })
  const underWay = new Map<string, Reading<Value>>()
  const readNow = batchReads<readonly string[], ReadonlyMap<string, Value>>(async (questions) => {
    const since = performance.now()
    const keys = questions.length === 1 ? (questions[0] ?? []) : [...new Set(questions.flat())]
    const found = await read(keys)
    // Values written during the read are not cached, nor any value if the record of writes is incomplete.
    if (performance.now() - since < longestReadMs) {
      for (const key of keys) if (!isWritten(key, since)) kept.set(key, found.get(key) ?? null, since)
    }
    return questions.map(() => found)
  })

  /** Concurrent requests for the keys get this answer. */
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
      const after = isCurrent ? notBefore : Math.max(notBefore, now - ttlMs)
      const values = new Array<Value | null>(keys.length)
      let missing: number[] | undefined
      for (let index = 0; index < keys.length; index++) {
        const value = kept.get(keys[index] ?? '', now, after)
        if (value === undefined) (missing ??= []).push(index)
        else values[index] = value
      }
      hits.value += keys.length
      if (!missing) return Promise.resolve(values)
      hits.value -= missing.length
      misses.value += missing.length
      // No caller waits for a read that has been in progress for longer than writes are remembered.
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
