/** Finds many words in one pass over a text (Aho and Corasick, 1975). Words and texts are code points. */
export interface Automaton {
  /** The state after one more code point; it begins with 0. */
  next(state: number, unit: number): number
  /** How long the longest word is that ends in a state; 0 when none does. */
  matchedLength(state: number): number
}

/**
 * Builds the automaton of words that are not empty. A state stands for the beginning of a word; its edges are entries of
 * one table under the number of state and symbol, so that a step costs a look-up and no object.
 */
export function buildAutomaton(words: readonly (readonly number[])[]): Automaton {
  const symbols = new Map<number, number>()
  for (const word of words) {
    for (const unit of word) if (!symbols.has(unit)) symbols.set(unit, symbols.size)
  }
  const edges = new Map<number, number>()
  const lengths = [0]
  const edgeOf = (state: number, symbol: number): number => state * symbols.size + symbol

  for (const word of words) {
    let state = 0
    for (const unit of word) {
      const edge = edgeOf(state, symbols.get(unit) ?? 0)
      let target = edges.get(edge)
      if (target === undefined) {
        target = lengths.push(0) - 1
        edges.set(edge, target)
      }
      state = target
    }
    lengths[state] = word.length
  }

  /** The state of the longest other beginning that a state's text ends with: where to go on when it has no edge. */
  const fallbacks = new Int32Array(lengths.length)

  function follow(from: number, symbol: number): number {
    for (let state = from; ; state = fallbacks[state] ?? 0) {
      const target = edges.get(edgeOf(state, symbol))
      if (target !== undefined) return target
      if (state === 0) return 0
    }
  }

  for (const { state, parent, symbol } of byDepth(edges, symbols.size)) {
    if (parent !== 0) fallbacks[state] = follow(fallbacks[parent] ?? 0, symbol)
    // Of a word and another that it ends with, the longer one counts.
    lengths[state] ||= lengths[fallbacks[state] ?? 0] ?? 0
  }

  return {
    next(state, unit) {
      const symbol = symbols.get(unit)
      return symbol === undefined ? 0 : follow(state, symbol)
    },
    matchedLength: (state) => lengths[state] ?? 0,
  }
}

interface Edge {
  readonly state: number
  readonly parent: number
  readonly symbol: number
}

/** The edges, those nearer to the beginning first: a fallback is always nearer than its state. */
function byDepth(edges: ReadonlyMap<number, number>, symbols: number): Edge[] {
  const depths = [0]
  const all = [...edges].map(([edge, state]) => {
    const parent = Math.floor(edge / symbols)
    // A state is numbered, and listed, after its parent.
    depths[state] = (depths[parent] ?? 0) + 1
    return { state, parent, symbol: edge % symbols }
  })
  return all.sort((a, b) => (depths[a.state] ?? 0) - (depths[b.state] ?? 0))
}
