import { randomBytes } from 'node:crypto'

/** How many addresses clients may use side by side with something of their own. */
const mostOrigins = 8
/** An address that nobody used for so long makes room for another, in milliseconds. */
const idleMs = 5_000

/** What is kept for the clients that use an address, and what stands in its texts instead of that address, if anything. */
export interface Kept<Value> {
  readonly value: Value
  readonly placeholder: string | null
}

/**
 * Keeps something for each address under which clients reach this system, because the address stands in its URLs. Anybody
 * can make up addresses: while there are more than a few, all others share one value, in whose texts a placeholder stands
 * for the address, so that they neither read anew nor push out what is kept.
 */
export function keepByOrigin<Value>(create: (origin: string) => Value): (origin: string) => Kept<Value> {
  const known = new Map<string, { readonly kept: Kept<Value>; usedAtMs: number }>()
  // Nobody can write a text that holds it.
  const placeholder = `http://${randomBytes(16).toString('hex')}.invalid`
  let ofOthers: Kept<Value> | undefined

  function makeRoom(nowMs: number): boolean {
    if (known.size < mostOrigins) return true
    for (const [origin, { usedAtMs }] of known) {
      if (nowMs - usedAtMs > idleMs) return known.delete(origin)
    }
    return false
  }

  return (origin) => {
    const nowMs = Date.now()
    const own = known.get(origin)
    if (own) {
      own.usedAtMs = nowMs
      return own.kept
    }
    if (!makeRoom(nowMs)) return (ofOthers ??= { value: create(placeholder), placeholder })
    const kept = { value: create(origin), placeholder: null }
    known.set(origin, { kept, usedAtMs: nowMs })
    return kept
  }
}
