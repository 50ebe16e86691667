/**
 * How texts are searched: the terms of a text, and those that a query asks for. A text is found when it has all terms of the
 * query. Texts of Chinese, Japanese and Korean have no spaces, so each two characters in a row are a term, and the last one of
 * them alone; a single character is then the beginning of a term. Other texts are split into words, which are found by their
 * beginnings. `#topic` is a term as a whole, too.
 */
import { simplified } from './simplified-characters.ts'
import { tagsIn } from './tags.ts'

/** Increment this when the terms of texts change: they are then made anew for everything. */
export const termsVersion = 1

/** A term of a query: a term of the text is the same, or begins with it. */
export interface WantedTerm {
  readonly text: string
  readonly isPrefix: boolean
}

const withoutSpaces = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー`
/** A run of characters without spaces, a word, or a pictogram. */
const runs = new RegExp(
  `(?<run>[${withoutSpaces}]+)|(?<word>(?:(?![${withoutSpaces}])[\\p{L}\\p{N}])+)|(?<sign>\\p{Extended_Pictographic})`,
  'gu',
)
const invisible = /\p{Default_Ignorable_Code_Point}/gu
const accented = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]\p{M}+/gu
const han = /\p{Script=Han}/gu
/** Longer words are cut, in texts and in queries. */
const longestWord = 40

/**
 * A text without the differences that a search ignores: width and composition (NFKC), case, accents, characters without width,
 * and traditional forms of Chinese characters.
 */
export function foldForSearch(text: string): string {
  return text
    .normalize('NFKC')
    .replace(invisible, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD')
    .replace(accented, ([letter = '']) => letter)
    .normalize('NFKC')
    .replace(han, (character) => simplified.get(character) ?? character)
}

/** The terms of a text, without duplicates. */
export function termsOf(text: string): string[] {
  const terms = new Set<string>()
  for (const { run, word, sign } of runsOf(foldForSearch(text))) {
    if (run !== undefined) {
      const characters = Array.from(run)
      for (const [index, character] of characters.entries()) terms.add(character + (characters[index + 1] ?? ''))
    } else terms.add(word?.slice(0, longestWord) ?? sign ?? '')
  }
  for (const tag of tagsIn(text)) terms.add(`#${foldForSearch(tag)}`)
  return [...terms]
}

/** The terms that a query asks for, without duplicates; none when it has neither letters nor digits nor pictograms. */
export function wantedTerms(query: string): WantedTerm[] {
  const wanted = new Map<string, boolean>()
  for (const { run, word, sign } of runsOf(foldForSearch(query))) {
    const characters = run === undefined ? [] : Array.from(run)
    if (characters.length === 1) wanted.set(run ?? '', true)
    for (const [index, next] of characters.slice(1).entries()) wanted.set((characters[index] ?? '') + next, false)
    if (word !== undefined) wanted.set(word.slice(0, longestWord), true)
    if (sign !== undefined) wanted.set(sign, false)
  }
  for (const tag of tagsIn(query)) wanted.set(`#${foldForSearch(tag)}`, true)
  return [...wanted].map(([text, isPrefix]) => ({ text, isPrefix }))
}

/** Whether a text with these terms has all that are wanted. */
export function hasTerms(terms: readonly string[], wanted: readonly WantedTerm[]): boolean {
  return wanted.every(({ text, isPrefix }) => terms.some((term) => (isPrefix ? term.startsWith(text) : term === text)))
}

/** Terms as Postgres writes a `tsvector`. */
export function vectorOf(terms: readonly string[]): string {
  return terms.map(quoted).join(' ')
}

/** Wanted terms as Postgres writes a `tsquery`; all of them are wanted. */
export function queryOf(wanted: readonly WantedTerm[]): string {
  return wanted.map(({ text, isPrefix }) => quoted(text) + (isPrefix ? ':*' : '')).join(' & ')
}

/**
 * How well a text matches a query whose terms it has, from 0 to 1: the same text, one that begins with it, one that contains it,
 * or one that has its terms somewhere; and of two such texts the shorter one.
 */
export function relevanceOf(text: string, query: string): number {
  const [found, wanted] = [foldForSearch(text).trim(), foldForSearch(query).trim()]
  if (found === wanted) return 1
  const place = found.indexOf(wanted)
  const closeness = place === 0 ? 0.7 : place > 0 ? 0.5 : 0
  return closeness + 0.2 * Math.min(1, wanted.length / Math.max(1, found.length))
}

function quoted(term: string): string {
  return `'${term.replace(/['\\]/g, '$&$&')}'`
}

interface Run {
  readonly run?: string
  readonly word?: string
  readonly sign?: string
}

function* runsOf(text: string): Generator<Run> {
  for (const { groups = {} } of text.matchAll(runs)) yield groups
}
