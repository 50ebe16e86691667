/** A `#` of either width before something that is no part of a word or URL, and what follows up to the end of the tag. */
const tags = /(?<![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_/&])[#＃]([\p{L}\p{N}\p{M}_]+)/gu
/** How many tags of a text count; the others are plain text. */
const mostTags = 5
/** In characters as users count them. */
const longestTag = 30

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** What stands after `#` or `＃` in a text, as written: at most five, each once, none longer than thirty characters. */
export function tagsIn(text: string): string[] {
  const found = new Map<string, string>()
  for (const [, tag = ''] of text.matchAll(tags)) {
    if (found.size === mostTags) break
    if (!isTag(tag)) continue
    const key = tag.normalize('NFKC').toLowerCase()
    if (!found.has(key)) found.set(key, tag)
  }
  return [...found.values()]
}

/** Numbers alone are no tags: `#1` is a rank. */
function isTag(tag: string): boolean {
  if (!/[\p{L}]/u.test(tag)) return false
  return tag.length <= longestTag || [...graphemes.segment(tag)].length <= longestTag
}
