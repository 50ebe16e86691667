import { expect, it } from 'vitest'
import { buildAutomaton } from './automaton.ts'

/** Pseudo-random numbers that are the same in each run (a linear congruential generator). */
function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
}

it('finds at every place the longest word that ends there, as a plain comparison does', () => {
  const below = sequence(1)
  const text = (length: number): number[] => Array.from({ length }, () => below(3))
  for (let round = 0; round < 200; round++) {
    const words = Array.from({ length: 1 + below(12) }, () => text(1 + below(6)))
    const automaton = buildAutomaton(words)
    const read: number[] = []
    let state = 0
    for (const unit of text(60)) {
      read.push(unit)
      state = automaton.next(state, unit)
      const ending = words.filter((word) =>
        word.every((part, index) => read[read.length - word.length + index] === part),
      )
      expect(automaton.matchedLength(state)).toBe(Math.max(0, ...ending.map((word) => word.length)))
    }
  }
})

it('finds nothing without words', () => {
  const automaton = buildAutomaton([])
  expect(automaton.matchedLength(automaton.next(0, 97))).toBe(0)
})
