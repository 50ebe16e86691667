import unhomoglyph from 'unhomoglyph'

/** Increment this when the folding of names changes: all claims are then recomputed. */
export const foldingVersion = 1

/** Characters without width, or that change the direction of the surrounding text. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu
/** Whitespace of any kind, control characters, and the blank Braille pattern. */
const blank = /[\s\p{Cc}\u2800]/u
/** A claim is an index key, and some characters fold to eighteen. */
const maxUnits = 500

/**
 * The folded forms that a name shares with all names that look the same: without differences in width and composition (NFKC),
 * case, whitespace, invisible characters and confusable ones (Unicode Technical Standard 39). One or two, because a capital I
 * looks like an l but means an i: `PaypaI` conflicts with `Paypal` and with `paypai`. None when the name has no visible
 * characters.
 */
export function foldedNames(name: string): readonly string[] {
  const visible = withoutBlanks(name.normalize('NFKC').replace(invisible, ''))
  const forms = [withoutCase(skeleton(withoutCase(visible))), withoutCase(skeleton(visible))]
  return [...new Set(forms.map((form) => form.slice(0, maxUnits)))].filter((form) => form !== '').sort()
}

/** Upper case first, because some letters differ only in lower case (ς σ, ſ s). İ becomes an i with a second dot. */
function withoutCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('i\u0307', 'i')
}

/** The skeleton of a text (UTS 39 §4). */
function skeleton(text: string): string {
  return unhomoglyph(text.normalize('NFD')).normalize('NFD')
}

/** Trims whitespace, and collapses it between words. */
function withoutBlanks(text: string): string {
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (!blank.test(character)) word += character
    else if (word !== '') {
      words.push(word)
      word = ''
    }
  }
  if (word !== '') words.push(word)
  return words.join(' ')
}
