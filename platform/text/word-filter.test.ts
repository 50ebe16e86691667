import { describe, expect, it } from 'vitest'
import { BadUserInput } from '../runtime/errors.ts'
import { characters } from './text-argument.ts'
import { createWordFilter, noWords, withoutListedWords } from './word-filter.ts'

const filter = createWordFilter(['坏话', 'Bad Word', '臺獨', 'straße', 'カード'])

describe('a word of the list', () => {
  it.each([
    ['as it stands there', '他说坏话了', '他说**了'],
    ['in upper case', 'a BAD WORD!', 'a ********!'],
    ['in full width', 'ｂａｄ　ｗｏｒｄ', '********'],
    ['in half width', 'ｶｰﾄﾞ', '****'],
    ['in traditional characters', '壞話', '**'],
    ['in simplified characters', '台独', '**'],
    ['with characters without width', '坏\u200b\ufeff\u2060话', '*\u200b\ufeff\u2060*'],
    ['with a soft hyphen', 'bad wo\u00adrd', '******\u00ad**'],
    ['with variation selectors', '坏\ufe0f话\u{e0101}', '*\ufe0f*\u{e0101}'],
    ['with marks of direction', '\u202e坏\u202c话', '\u202e*\u202c*'],
    ['in letters of a formula', '𝒃𝒂𝒅 𝕨𝕠𝕣𝕕', '********'],
    ['in circles', 'ⓑⓐⓓ ⓦⓞⓡⓓ', '********'],
    ['with a letter that has no capital', 'STRASSE', '*******'],
    ['with its parts taken apart', 'カー\u30c8\u3099', '****'],
    ['within another word', 'xxbad wordxx', 'xx********xx'],
    ['twice', '坏话坏话', '****'],
    ['between characters beyond the basic plane', '🎬坏话🎬', '🎬**🎬'],
  ])('is found %s', (_how, text, masked) => {
    expect(filter.matches(text)).toBe(true)
    expect(filter.mask(text)).toBe(masked)
    expect(filter.matches(masked)).toBe(false)
  })

  it.each(['', '坏', '话坏', '坏的话', 'bad', 'badword', 'word bad', '🎬', '\ud83c', '*'.repeat(500)])(
    'is not in %s',
    (text) => {
      expect(filter.matches(text)).toBe(false)
      expect(filter.mask(text)).toBe(text)
    },
  )
})

it('masks the characters of words that overlap', () => {
  const overlapping = createWordFilter(['abc', 'bcde', 'c'])
  expect(overlapping.mask('xabcdex c abd')).toBe('x*****x * abd')
})

it('keeps the length in characters, so that what was short enough still is', () => {
  for (const text of ['㍿坏话', 'ﬁ坏话ß', '한坏话글', '🎬坏话'])
    expect(characters(filter.mask(text))).toBe(characters(text))
})

it('masks all of a character that stands for several', () => {
  expect(createWordFilter(['株式']).mask('a㍿b')).toBe('a*b')
})

it('takes no word that could not be seen', () => {
  expect(() => createWordFilter(['坏话', '\u200b\u200d'])).toThrow('has no visible character')
})

it('is off without a list', () => {
  expect(noWords.matches('坏话')).toBe(false)
  expect(noWords.mask('坏话')).toBe('坏话')
})

it('refuses a text where nothing can be masked, and does not repeat the word', () => {
  const name = { en: 'The title', zh: '标题' }
  expect(withoutListedWords(filter, '好话', name)).toBe('好话')
  expect(() => withoutListedWords(filter, '坏话', name)).toThrow(BadUserInput)
  expect(() => withoutListedWords(filter, '坏话', name)).toThrow('The title contains a word that is not allowed here.')
})
