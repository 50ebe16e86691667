import { simplified } from '../simplified-characters.ts'

/** A folded text: its code points, and for each the index of its original character. */
export interface FoldedText {
  readonly units: readonly number[]
  readonly origins: readonly number[]
}

/** Characters without width: joiners, direction marks, variation selectors, soft hyphens, fillers. */
const invisible = /\p{Default_Ignorable_Code_Point}/u

/** Cache for characters of the basic plane that fold to a single code point. */
const foldedToOne = new Int32Array(0x10000)
/** Cache for all others, up to a limit. */
const foldedToOthers = new Map<number, readonly number[]>()
const maxOthers = 30_000

/**
 * Removes differences between texts that look the same: width and other compatibility forms (NFKD), case, characters without
 * width, and the traditional forms of Chinese characters.
 */
export function fold(text: string): FoldedText {
  const units: number[] = []
  const origins: number[] = []
  for (let index = 0; index < text.length;) {
    const character = text.codePointAt(index) ?? 0
    const one = character < 0x10000 ? foldedToOne[character] : 0
    if (one) {
      units.push(one)
      origins.push(index)
    } else {
      for (const unit of foldCharacter(character)) {
        units.push(unit)
        origins.push(index)
      }
    }
    index += character < 0x10000 ? 1 : 2
  }
  return { units, origins }
}

function foldCharacter(character: number): readonly number[] {
  const known = foldedToOthers.get(character)
  if (known) return known
  // Upper case first, because some letters differ only in lower case (ς σ, ſ s).
  const decomposed = String.fromCodePoint(character).normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD')
  const units: number[] = []
  for (const part of decomposed) {
    if (!invisible.test(part)) units.push((simplified.get(part) ?? part).codePointAt(0) ?? 0)
  }
  const [one] = units
  if (character < 0x10000 && units.length === 1 && one !== undefined) foldedToOne[character] = one
  else if (foldedToOthers.size < maxOthers) foldedToOthers.set(character, units)
  return units
}
