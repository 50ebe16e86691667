export interface GenerationalCacheOptions<Value> {
  /** For how long a value is remembered, in milliseconds. */
  readonly keptMs: number
  /** How much is remembered at most. */
  readonly most: number
  /** How much a value is, as a whole number above 0; without it each is 1. What there is not is 1. */
  readonly sizeOf?: ((value: Value) => number) | undefined
  /** Under which name the value of a key is forgotten; without it under the key. */
  readonly nameOf?: ((key: string) => string) | undefined
}

/** Values by key that are remembered for a moment; null is remembered as well. */
export interface GenerationalCache<Value> {
  /** Undefined for what is not remembered at a moment, or was true no later than `notBefore`. */
  get(key: string, now: number, notBefore?: number): Value | null | undefined
  set(key: string, value: Value | null, since: number): void
  /** Forgets the values of a name. */
  forget(name: string): void
  forgetAll(): void
}

interface Remembered<Value> {
  readonly value: Value | null
  readonly since: number
}

/** What came in one stretch of time, and under which keys values of a name are in it, where names are not keys. */
interface Generation<Value> {
  readonly values: Map<string, Remembered<Value>>
  readonly keysOf: Map<string, string[]>
}

/**
 * Remembers in two generations: when the younger is half of what may be, or as old as anything may become, it becomes the
 * elder, and the elder is forgotten as a whole. So looking at a value moves nothing, and what is too old to be shown takes no
 * memory for long. A cache that forgets what was least recently used took a tenth of the time that a page of the feed takes.
 *
 * Moments are milliseconds of one clock that never goes back.
 */
export function createGenerationalCache<Value>({
  keptMs,
  most,
  sizeOf,
  nameOf,
}: GenerationalCacheOptions<Value>): GenerationalCache<Value> {
  let younger: Generation<Value> = { values: new Map(), keysOf: new Map() }
  let elder: Generation<Value> = { values: new Map(), keysOf: new Map() }
  let size = 0
  let begunAt = -Infinity

  function sizeOfValue(value: Value | null): number {
    return value === null || !sizeOf ? 1 : sizeOf(value)
  }

  function forgetKey(key: string): void {
    const known = younger.values.get(key)
    if (known) {
      size -= sizeOfValue(known.value)
      younger.values.delete(key)
    }
    elder.values.delete(key)
  }

  function nameKey(key: string): void {
    const name = nameOf?.(key)
    if (name === undefined) return
    const keys = younger.keysOf.get(name)
    if (keys) keys.push(key)
    else younger.keysOf.set(name, [key])
  }

  return {
    get(key, now, notBefore = -Infinity) {
      const remembered = younger.values.get(key) ?? elder.values.get(key)
      if (remembered === undefined || now - remembered.since >= keptMs) return undefined
      return remembered.since <= notBefore ? undefined : remembered.value
    },
    set(key, value, since) {
      const added = sizeOfValue(value)
      const known = younger.values.get(key)
      const others = known ? size - sizeOfValue(known.value) : size
      if (added > most / 2) {
        forgetKey(key)
        return
      }
      const isFull = others + added > most / 2 || since - begunAt >= keptMs
      if (isFull) {
        elder = younger
        younger = { values: new Map(), keysOf: new Map() }
        begunAt = since
      }
      size = isFull ? added : others + added
      if (isFull || !known) nameKey(key)
      younger.values.set(key, { value, since })
    },
    forget(name) {
      if (!nameOf) {
        forgetKey(name)
        return
      }
      for (const { keysOf } of [younger, elder]) {
        for (const key of keysOf.get(name) ?? []) forgetKey(key)
        keysOf.delete(name)
      }
    },
    forgetAll() {
      younger = { values: new Map(), keysOf: new Map() }
      elder = { values: new Map(), keysOf: new Map() }
      size = 0
    },
  }
}
