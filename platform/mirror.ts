import { readTogether } from './read-together.ts'
import { createShortMemory, type ShortMemoryOptions } from './short-memory.ts'

/**
 * Reads values by key; what there is not is missing in the answer.
 *
 * @param isFresh whether somebody wants what is true now, so that nothing that was kept elsewhere will do.
 */
export type ReadForMirror<Value> = (keys: readonly string[], isFresh: boolean) => Promise<ReadonlyMap<string, Value>>

interface Question {
  readonly keys: readonly string[]
  readonly isFresh: boolean
}

/** Values that are read by key and kept for a moment, those that there are not among them. */
export interface Mirror<Value> {
  /** The values of keys, in their order; null for what there is not. None is older than the moment they are kept for. */
  get(keys: readonly string[]): Promise<(Value | null)[]>
  /** The same, read now; they replace what was kept. */
  getFresh(keys: readonly string[]): Promise<(Value | null)[]>
}

/** A value is kept from the moment on at which it began to be read. */
export interface MirrorOptions<Value> extends ShortMemoryOptions<Value> {
  /** Whether anything changed since a moment, so that nobody may be answered by a read from before. */
  readonly hasChanged?: ((since: number) => boolean) | undefined
}

/** A read that others may wait for. */
interface Reading<Value> {
  readonly announcedAt: number
  readonly ended: Promise<unknown>
  /** Once it has ended. */
  found: ReadonlyMap<string, Value> | null
}

/**
 * Keeps values of a source that is dearer to ask than memory. However many ask for one key at the same time, it is read
 * once. A read that fails is kept by nobody.
 */
export function createMirror<Value>(read: ReadForMirror<Value>, options: MirrorOptions<Value>): Mirror<Value> {
  const kept = createShortMemory(options)
  const underWay = new Map<string, Reading<Value>>()
  const readNow = readTogether<Question, ReadonlyMap<string, Value>>(async (questions) => {
    const since = performance.now()
    const keys = [...new Set(questions.flatMap((question) => question.keys))]
    const found = await read(
      keys,
      questions.some((question) => question.isFresh),
    )
    for (const key of keys) kept.set(key, found.get(key) ?? null, since)
    return questions.map(() => found)
  })

  /** Whoever asks for the keys meanwhile gets this answer. */
  function announce(keys: readonly string[], isFresh: boolean): Reading<Value> {
    const ended = readNow({ keys, isFresh }).then(
      (found) => {
        reading.found = found
        forget()
      },
      (error: unknown) => {
        forget()
        throw error
      },
    )
    const reading: Reading<Value> = { announcedAt: performance.now(), ended, found: null }
    const forget = (): void => {
      for (const key of keys) if (underWay.get(key) === reading) underWay.delete(key)
    }
    for (const key of keys) underWay.set(key, reading)
    return reading
  }

  function isJoinable(reading: Reading<Value> | undefined): boolean {
    return reading !== undefined && !options.hasChanged?.(reading.announcedAt)
  }

  return {
    async get(keys) {
      const now = performance.now()
      const values = new Array<Value | null>(keys.length)
      const missing: number[] = []
      for (const [index, key] of keys.entries()) {
        const value = kept.get(key, now)
        if (value === undefined) missing.push(index)
        else values[index] = value
      }
      if (missing.length === 0) return values

      const missingKeys = missing.map((index) => keys[index] ?? '')
      const unasked = new Set(missingKeys.filter((key) => !isJoinable(underWay.get(key))))
      if (unasked.size > 0) announce([...unasked], false)
      const readings = missingKeys.map((key) => underWay.get(key))
      await Promise.all(new Set(readings.flatMap((reading) => reading?.ended ?? [])))
      for (const [place, index] of missing.entries()) {
        values[index] = readings[place]?.found?.get(missingKeys[place] ?? '') ?? null
      }
      return values
    },
    async getFresh(keys) {
      const reading = announce([...new Set(keys)], true)
      await reading.ended
      return keys.map((key) => reading.found?.get(key) ?? null)
    },
  }
}
