/** A user whom a text names. */
export interface MentionPlace {
  readonly userId: string
  /** Where `@` stands in the text, in UTF-16 units. */
  readonly offset: number
  /** With `@`, in UTF-16 units. */
  readonly length: number
}

/** How many mentions of a text count; the others are plain text. */
const mostMentions = 10
/** The longest name, in characters. */
const longestName = 32

const marks = /(?<![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_.])[@＠](?=[^\s@＠])/gu
const wordEnd = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_]/u

/** What may be a name after each `@` of a text. Names may contain spaces, so only a look-up tells where one ends. */
export function possibleNames(text: string): string[] {
  return [...new Set(placesOf(text).flatMap(({ names }) => names))]
}

/**
 * The mentions in a text: after each `@` the longest name that exists and does not end within a word.
 *
 * @param idsByName the existing ones of `possibleNames`.
 */
export function mentionsIn(text: string, idsByName: ReadonlyMap<string, string>): MentionPlace[] {
  return placesOf(text).flatMap(({ offset, names }) => {
    const name = names.find((each) => idsByName.has(each))
    const userId = name === undefined ? undefined : idsByName.get(name)
    return name === undefined || userId === undefined ? [] : [{ userId, offset, length: 1 + name.length }]
  })
}

interface Place {
  readonly offset: number
  /** The longest first. */
  readonly names: readonly string[]
}

function placesOf(text: string): Place[] {
  return [...text.matchAll(marks)].slice(0, mostMentions).map(({ index }) => {
    const characters = Array.from(text.slice(index + 1))
    const lengths = Array.from({ length: Math.min(longestName, characters.length) }, (_, shorter) => shorter + 1)
    const names = lengths
      .filter((length) => !(wordEnd.test(characters[length - 1] ?? '') && wordEnd.test(characters[length] ?? '')))
      .map((length) => characters.slice(0, length).join(''))
      .filter((name) => !/\s$/.test(name))
    return { offset: index, names: names.reverse() }
  })
}
