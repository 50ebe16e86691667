import unhomoglyph from 'unhomoglyph'

/** To be raised when a name folds to something else than before: then all claims are made anew. */
export const foldingVersion = 1

/** What has no width, or lets the text around it run the other way. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu
/** Space of any kind, control characters, and the blank pattern of Braille. */
const blank = /[\s\p{Cc}\u2800]/u
/** A claim is a key of an index, and some characters fold to eighteen. */
const mostUnits = 500

/**
 * The forms that a name shares with every name that looks the same: without differences of width and composition (NFKC),
 * of case, of blanks, of invisible characters and of confusable ones (Unicode Technical Standard 39). One or two, because
 * a capital I looks like an l, but means an i: `PaypaI` is taken by `Paypal` and by `paypai`. None when nothing of the name
 * can be seen.
 */
export function foldedNames(name: string): readonly string[] {
  const visible = withoutBlanks(name.normalize('NFKC').replace(invisible, ''))
  const forms = [withoutCase(skeleton(withoutCase(visible))), withoutCase(skeleton(visible))]
  return [...new Set(forms.map((form) => form.slice(0, mostUnits)))].filter((form) => form !== '').sort()
}

/** In upper case first: some letters differ only in lower case (ς σ, ſ s). An İ becomes an i with a second dot. */
function withoutCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('i\u0307', 'i')
}

/** The prototype of a text (UTS 39 §4). */
function skeleton(text: string): string {
  return unhomoglyph(text.normalize('NFD')).normalize('NFD')
}

/** Blanks at the ends go, and several between words become one. */
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
