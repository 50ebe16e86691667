/** Finds many words in one pass over a text (Aho and Corasick, 1975). Words and texts are code points. */
export interface Automaton {
  /** The state after one more code point; the initial state is 0. */
  next(state: number, unit: number): number
  /** The length of the longest word that ends in a state; 0 when none does. */
  matchedLength(state: number): number
}

/**
 * Builds the automaton of non-empty words. A state is a prefix of a word; all edges are entries of one table keyed by state and
 * symbol, so a step costs one look-up and allocates nothing.
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

  /** The state of the longest proper suffix that is also a prefix: where to continue when a state has no edge. */
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
    // If a word ends with another one, the longer one counts.
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

/** Edges in breadth-first order: the fallback of a state is always nearer to the root than the state. */
function byDepth(edges: ReadonlyMap<number, number>, symbols: number): Edge[] {
  const depths = [0]
  const all = [...edges].map(([edge, state]) => {
    const parent = Math.floor(edge / symbols)
    // Parents have lower numbers than their children and are listed before them.
    depths[state] = (depths[parent] ?? 0) + 1
    return { state, parent, symbol: edge % symbols }
  })
  return all.sort((a, b) => (depths[a.state] ?? 0) - (depths[b.state] ?? 0))
}
