export interface ShortMemoryOptions<Value> {
  /** For how long a value is remembered, in milliseconds. */
  readonly keptMs: number
  /** How much is remembered at most. */
  readonly most: number
  /** How much a value is, as a whole number above 0; without it each is 1. What there is not is 1. */
  readonly sizeOf?: ((value: Value) => number) | undefined
  /** Whether the value of a key that was remembered at a moment is true no more. */
  readonly isOutdated?: ((key: string, value: Value | null, since: number) => boolean) | undefined
}

/** Values by key that are remembered for a moment; null is remembered as well. */
export interface ShortMemory<Value> {
  /** Undefined for what is not remembered at a moment, or was true no later than `notBefore`. */
  get(key: string, now: number, notBefore?: number): Value | null | undefined
  set(key: string, value: Value | null, since: number): void
}

interface Remembered<Value> {
  readonly value: Value | null
  readonly since: number
}

/**
 * Remembers in two maps: when the younger is half of what may be, or as old as anything may become, it becomes the elder, and
 * the elder is forgotten as a whole. So looking at a value moves nothing, and what is too old to be shown takes no memory for
 * long. A cache that forgets what was least recently used took a tenth of the time that a page of the feed takes.
 *
 * Moments are milliseconds of one clock that never goes back.
 */
export function createShortMemory<Value>({
  keptMs,
  most,
  sizeOf,
  isOutdated,
}: ShortMemoryOptions<Value>): ShortMemory<Value> {
  let younger = new Map<string, Remembered<Value>>()
  let elder = new Map<string, Remembered<Value>>()
  let size = 0
  let begunAt = -Infinity

  function sizeOfValue(value: Value | null): number {
    return value === null || !sizeOf ? 1 : sizeOf(value)
  }

  return {
    get(key, now, notBefore = -Infinity) {
      const remembered = younger.get(key) ?? elder.get(key)
      if (remembered === undefined || now - remembered.since >= keptMs) return undefined
      if (remembered.since <= notBefore) return undefined
      return isOutdated?.(key, remembered.value, remembered.since) ? undefined : remembered.value
    },
    set(key, value, since) {
      const added = sizeOfValue(value)
      const known = younger.get(key)
      const others = known ? size - sizeOfValue(known.value) : size
      if (added > most / 2) {
        younger.delete(key)
        elder.delete(key)
        size = others
        return
      }
      const isFull = others + added > most / 2 || since - begunAt >= keptMs
      if (isFull) {
        elder = younger
        younger = new Map()
        begunAt = since
      }
      size = isFull ? added : others + added
      younger.set(key, { value, since })
    },
  }
}
