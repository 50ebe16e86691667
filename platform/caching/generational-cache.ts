export interface GenerationalCacheOptions<Value> {
  /** The TTL, in milliseconds. */
  readonly ttlMs: number
  /** The maximum total size. */
  readonly max: number
  /** The size of a value, a whole number above 0; 1 by default. `null` counts as 1. */
  readonly sizeOf?: ((value: Value) => number) | undefined
  /** The name under which the value of a key is invalidated; by default the key. */
  readonly nameOf?: ((key: string) => string) | undefined
}

/** Values by key with a TTL; null is cached as well. */
export interface GenerationalCache<Value> {
  /** Undefined when there is no value, it has expired, or it was read no later than `notBefore`. */
  get(key: string, now: number, notBefore?: number): Value | null | undefined
  set(key: string, value: Value | null, since: number): void
  /** Removes the values of a name. */
  forget(name: string): void
  forgetAll(): void
}

interface Remembered<Value> {
  readonly value: Value | null
  readonly since: number
}

/** The entries of one time span, and the keys of each name in it, where names are not keys. */
interface Generation<Value> {
  readonly values: Map<string, Remembered<Value>>
  readonly keysOf: Map<string, string[]>
}

/**
 * A cache of two generations: when the young one is half full or older than the TTL it becomes the old one, and the previous
 * old one is dropped. A look-up therefore moves nothing, and expired values do not occupy memory for long. An LRU cache took a
 * tenth of the time of a page of the feed.
 *
 * Times are milliseconds of one monotonic clock.
 */
export function createGenerationalCache<Value>({
  ttlMs,
  max,
  sizeOf,
  nameOf,
}: GenerationalCacheOptions<Value>): GenerationalCache<Value> {
  let young: Generation<Value> = { values: new Map(), keysOf: new Map() }
  let old: Generation<Value> = { values: new Map(), keysOf: new Map() }
  let size = 0
  let begunAt = -Infinity

  function sizeOfValue(value: Value | null): number {
    return value === null || !sizeOf ? 1 : sizeOf(value)
  }

  function forgetKey(key: string): void {
    const known = young.values.get(key)
    if (known) {
      size -= sizeOfValue(known.value)
      young.values.delete(key)
    }
    old.values.delete(key)
  }

  function nameKey(key: string): void {
    const name = nameOf?.(key)
    if (name === undefined) return
    const keys = young.keysOf.get(name)
    if (keys) keys.push(key)
    else young.keysOf.set(name, [key])
  }

  return {
    get(key, now, notBefore = -Infinity) {
      const remembered = young.values.get(key) ?? old.values.get(key)
      if (remembered === undefined || now - remembered.since >= ttlMs) return undefined
      return remembered.since <= notBefore ? undefined : remembered.value
    },
    set(key, value, since) {
      const added = sizeOfValue(value)
      const known = young.values.get(key)
      const others = known ? size - sizeOfValue(known.value) : size
      if (added > max / 2) {
        forgetKey(key)
        return
      }
      const isFull = others + added > max / 2 || since - begunAt >= ttlMs
      if (isFull) {
        old = young
        young = { values: new Map(), keysOf: new Map() }
        begunAt = since
      }
      size = isFull ? added : others + added
      if (isFull || !known) nameKey(key)
      young.values.set(key, { value, since })
    },
    forget(name) {
      if (!nameOf) {
        forgetKey(name)
        return
      }
      for (const { keysOf } of [young, old]) {
        for (const key of keysOf.get(name) ?? []) forgetKey(key)
        keysOf.delete(name)
      }
    },
    forgetAll() {
      young = { values: new Map(), keysOf: new Map() }
      old = { values: new Map(), keysOf: new Map() }
      size = 0
    },
  }
}
