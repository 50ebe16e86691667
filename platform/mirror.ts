import { readTogether, type ReadMany } from './read-together.ts'
import { createRecentWrites } from './recent-writes.ts'
import { createShortMemory, type ShortMemoryOptions } from './short-memory.ts'

/** A read-through cache of values by key; absence is cached, too. */
export interface Mirror<Value> {
  /**
   * The values of keys, in their order; null for what there is not. None is older than the moment they are kept for, and
   * each was read after `notBefore`, in milliseconds of `performance.now()`.
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
export interface MirrorOptions<Value> extends Pick<ShortMemoryOptions<Value>, 'keptMs' | 'most' | 'sizeOf'> {
  /** Under which name the value of a key is forgotten; without it under the key. */
  readonly nameOf?: ((key: string) => string) | undefined
}

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
export function createMirror<Value>(read: ReadMany<Value>, options: MirrorOptions<Value>): Mirror<Value> {
  const { keptMs, nameOf } = options
  const writes = createRecentWrites(keptMs)
  const isWritten = nameOf
    ? (key: string, since: number) => writes.concern(nameOf(key), since)
    : (key: string, since: number) => writes.concern(key, since)
  const kept = createShortMemory<Value>({ ...options, isOutdated: (key, _, since) => isWritten(key, since) })
  const underWay = new Map<string, Reading<Value>>()
  const readNow = readTogether<readonly string[], ReadonlyMap<string, Value>>(async (questions) => {
    const since = performance.now()
    const keys = questions.length === 1 ? (questions[0] ?? []) : [...new Set(questions.flat())]
    const found = await read(keys)
    for (const key of keys) kept.set(key, found.get(key) ?? null, since)
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
    notBefore: number,
    now: number,
  ): Promise<(Value | null)[]> {
    // Nobody waits for a read that is under way for longer than writes are remembered.
    const after = Math.max(notBefore, now - keptMs)
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
      const values = new Array<Value | null>(keys.length)
      let missing: number[] | undefined
      for (let index = 0; index < keys.length; index++) {
        const value = kept.get(keys[index] ?? '', now, notBefore)
        if (value === undefined) (missing ??= []).push(index)
        else values[index] = value
      }
      return missing ? readMissing(keys, values, missing, notBefore, now) : Promise.resolve(values)
    },
    forget(names) {
      writes.note(names)
    },
    forgetAll() {
      writes.noteAll()
    },
  }
}
