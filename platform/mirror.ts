import { LRUCache } from 'lru-cache'
import { readTogether } from './read-together.ts'

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

export interface MirrorOptions<Value> {
  /** For how long a value is kept, in milliseconds, from the moment on at which it began to be read. */
  readonly keptMs: number
  /** How much is kept; what nobody asks for gives way. */
  readonly most: number
  /** How much a value is, as a whole number above 0; without it each is 1. What there is not is 1. */
  readonly sizeOf?: (value: Value) => number
}

interface Kept<Value> {
  readonly value: Value | null
  readonly until: number
}

/**
 * Keeps values of a source that is dearer to ask than memory. However many ask for one key at the same time, it is read
 * once. A read that fails is kept by nobody.
 */
export function createMirror<Value>(
  read: ReadForMirror<Value>,
  { keptMs, most, sizeOf }: MirrorOptions<Value>,
): Mirror<Value> {
  const kept = new LRUCache<string, Kept<Value>>(
    sizeOf ? { maxSize: most, sizeCalculation: ({ value }) => (value === null ? 1 : sizeOf(value)) } : { max: most },
  )
  const underWay = new Map<string, Promise<ReadonlyMap<string, Value>>>()
  const readNow = readTogether<Question, ReadonlyMap<string, Value>>(async (questions) => {
    const until = performance.now() + keptMs
    const keys = [...new Set(questions.flatMap((question) => question.keys))]
    const found = await read(
      keys,
      questions.some((question) => question.isFresh),
    )
    for (const key of keys) kept.set(key, { value: found.get(key) ?? null, until })
    return questions.map(() => found)
  })

  /** Whoever asks for the keys meanwhile gets this answer. */
  function announce(keys: readonly string[], isFresh: boolean): Promise<ReadonlyMap<string, Value>> {
    const answer = readNow({ keys, isFresh })
    for (const key of keys) underWay.set(key, answer)
    const forget = (): void => {
      for (const key of keys) if (underWay.get(key) === answer) underWay.delete(key)
    }
    answer.then(forget, forget)
    return answer
  }

  return {
    async get(keys) {
      const now = performance.now()
      const values = new Array<Value | null>(keys.length)
      const missing: number[] = []
      keys.forEach((key, index) => {
        const known = kept.get(key)
        if (known !== undefined && known.until > now) values[index] = known.value
        else missing.push(index)
      })
      if (missing.length === 0) return values
      const unasked = new Set<string>()
      for (const index of missing) {
        const key = keys[index] ?? ''
        if (!underWay.has(key)) unasked.add(key)
      }
      if (unasked.size > 0) void announce([...unasked], false)
      await Promise.all(
        missing.map(async (index) => {
          const key = keys[index] ?? ''
          values[index] = (await underWay.get(key))?.get(key) ?? null
        }),
      )
      return values
    },
    async getFresh(keys) {
      const found = await announce([...new Set(keys)], true)
      return keys.map((key) => found.get(key) ?? null)
    },
  }
}
