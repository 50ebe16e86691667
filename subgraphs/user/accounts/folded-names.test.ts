import { describe, expect, it } from 'vitest'
import { foldedNames } from './folded-names.ts'

/** Whether two names exclude each other. */
function clash(one: string, other: string): boolean {
  const forms = new Set(foldedNames(one))
  return foldedNames(other).some((form) => forms.has(form))
}

describe('a name is taken by', () => {
  it.each([
    ['another case', 'Star', 'sTAR'],
    ['full width', 'Star', 'Ｓｔａｒ'],
    ['blanks at its ends', 'Star', ' Star\u3000'],
    ['a tab before it', 'Star', '\tStar'],
    ['a line break behind it', 'Star', 'Star\r\n'],
    ['more blanks between its words', 'North Star', 'North \u2003 Star'],
    ['a blank that is no space', 'North Star', 'North\u2800Star'],
    ['a zero width space', 'Star', 'St\u200bar'],
    ['a soft hyphen', 'Star', 'St\u00adar'],
    ['a variation selector', 'Star', 'Star\ufe0f'],
    ['a Hangul filler', 'Star', 'Star\u3164'],
    ['a Cyrillic letter', 'Star', 'St\u0430r'],
    ['a Greek capital', 'Pay', '\u03a1ay'],
    ['a Cherokee capital', 'Star', '\u13daTAR'],
    ['a mathematical letter', 'Star', '\u{1d54a}tar'],
    ['a capital I for an l', 'Paypal', 'PaypaI'],
    ['a one for an l', 'Paypal', 'Paypa1'],
    ['a zero for an o', 'Bob', 'B0b'],
    ['rn for m', 'modem', 'modern'],
    ['a ligature', 'fix', '\ufb01x'],
    ['another composition', 'Étienne', 'E\u0301tienne'],
    ['a sharp s', 'STRASSE', 'straße'],
    ['a final sigma', 'ΟΔΟΣ', 'οδος'],
    ['a dotted capital I', 'istanbul', 'İstanbul'],
    ['a compatibility character of Chinese', '行', '\u{fa08}'],
  ])('%s', (_what, one, other) => {
    expect(clash(one, other)).toBe(true)
  })
})

it.each([
  ['Star', 'Stars'],
  ['小明', '小红'],
  ['Ali', 'All'],
  ['a b', 'ab'],
  ['Étienne', 'Etienne'],
  ['🌇', '🌅'],
])('%s and %s can both be had', (one, other) => {
  expect(clash(one, other)).toBe(false)
})

it.each(['\u200b', ' \t\u3000', '\u3164\u2800', '\u{e0041}'])('nothing of %j can be seen', (name) => {
  expect(foldedNames(name)).toEqual([])
})

it('folds the longest name to what an index holds', () => {
  for (const form of foldedNames('\ufdfa'.repeat(32))) expect(Buffer.byteLength(form)).toBeLessThan(2_000)
})
