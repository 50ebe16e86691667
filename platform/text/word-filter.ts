import { BadUserInput, type Message } from '../runtime/errors.ts'
import { buildAutomaton } from './word-filter/automaton.ts'
import { fold } from './word-filter/folding.ts'

/**
 * Finds listed words in texts in all their spellings: other width or case, invisible characters in between, traditional or
 * simplified characters. A word is also found inside another word.
 */
export interface WordFilter {
  /** Whether a text contains a listed word. */
  matches(text: string): boolean
  /** The text with each character of listed words replaced by an asterisk. */
  mask(text: string): string
}

/** The filter of an empty list. */
export const noWords: WordFilter = { matches: () => false, mask: (text) => text }

/**
 * Builds the filter of a list.
 *
 * @throws Error when a word has no visible character.
 */
export function createWordFilter(words: readonly string[]): WordFilter {
  const automaton = buildAutomaton(
    words.map((word) => {
      const { units } = fold(word)
      if (units.length === 0) throw new Error(`“${word}” has no visible character`)
      return units
    }),
  )

  return {
    matches(text) {
      let state = 0
      for (const unit of fold(text).units) {
        state = automaton.next(state, unit)
        if (automaton.matchedLength(state) > 0) return true
      }
      return false
    },
    mask(text) {
      const { units, origins } = fold(text)
      const hidden = new Set<number | undefined>()
      let state = 0
      units.forEach((unit, last) => {
        state = automaton.next(state, unit)
        const first = last + 1 - automaton.matchedLength(state)
        for (let index = first; index <= last; index++) hidden.add(origins[index])
      })
      return hidden.size === 0 ? text : maskAt(text, hidden)
    },
  }
}

/**
 * Validates that a text contains no listed word.
 *
 * @param name how the error calls it.
 * @throws BadUserInput when it does.
 */
export function withoutListedWords(words: WordFilter, text: string, name: Message): string {
  if (words.matches(text)) {
    throw new BadUserInput({
      en: `${name.en} contains a word that is not allowed here.`,
      zh: `${name.zh}含有不允许使用的词语。`,
    })
  }
  return text
}

function maskAt(text: string, hidden: ReadonlySet<number | undefined>): string {
  let masked = ''
  let index = 0
  for (const character of text) {
    masked += hidden.has(index) ? '*' : character
    index += character.length
  }
  return masked
}
