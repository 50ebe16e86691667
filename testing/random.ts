/** Pseudo-random numbers, the same for the same seed. */
export interface Random {
  /** At least 0 and below 1. */
  readonly next: () => number
  /** A whole number from 0 to below the limit. */
  readonly below: (limit: number) => number
  /** True with a probability. */
  readonly chance: (probability: number) => boolean
  readonly oneOf: <Value>(values: readonly [Value, ...Value[]]) => Value
}

/** mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    oneOf: (values) => values[below(values.length)] ?? values[0],
  }
}

/** A seed derived from another one and a text: FNV-1a. */
export function seedOf(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

/** The random numbers of a test file. Their seed is printed; `RANDOM_SEED=<seed>` repeats them. */
export function randomOfRun(): Random {
  process.stdout.write(`random numbers of seed ${seed} (RANDOM_SEED=${seed} repeats them)\n`)
  return createRandom(seed)
}

const seed = Number(process.env['RANDOM_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** The seed in `RANDOM_SEED`, or a new one for this test file. */
export function seedOfRun(): number {
  return seed
}
