import { thumbHashToDataURL } from 'thumbhash'

const known = new Map<string, string>()

/** A blurred picture for a thumbhash, as the address of an image. */
export function placeholderOf(thumbhash: string | null | undefined): string | undefined {
  if (thumbhash == null) return undefined
  const before = known.get(thumbhash)
  if (before !== undefined) return before
  try {
    const picture = thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0)))
    known.set(thumbhash, picture)
    return picture
  } catch {
    return undefined
  }
}
