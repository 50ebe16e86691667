import { expect, it } from 'vitest'
import { randomOfRun } from '../../testing/random.ts'
import { hasTerms, queryOf, relevanceOf, termsOf, vectorOf, wantedTerms } from './search-terms.ts'
import { tagsIn } from './tags.ts'

const random = randomOfRun()
const finds = (query: string, title: string): boolean => hasTerms(termsOf(title), wantedTerms(query))
const parts = [
  '今天天气',
  '國語歌曲',
  '猫',
  'summer',
  'Ünïcode',
  'ｉＰｈｏｎｅ',
  'ひらがな',
  '한국어',
  '#旅行',
  '2026',
  '🐱',
  "o'clock",
]

function title(): string {
  return Array.from({ length: 1 + random.below(6) }, () => random.oneOf(['今天天气', ...parts])).join(
    random.oneOf(['', ' ', '，']),
  )
}

it('finds every title by any of its Chinese characters in a row, and by the beginning of any of its words', () => {
  for (let round = 0; round < 2_000; round++) {
    const text = title()
    const pieces = [...text.matchAll(/\p{Script=Han}+|[A-Za-zÜï]+/gu)].map(([piece]) => Array.from(piece))
    const piece = random.oneOf([['猫'], ...pieces])
    const isHan = /\p{Script=Han}/u.test(piece[0] ?? '')
    const from = isHan ? random.below(piece.length) : 0
    const query = piece.slice(from, from + 1 + random.below(piece.length)).join('')
    // A word begins where the one before it ends, which is not known of pieces that stand together.
    if (!text.includes(query) || (!isHan && !new RegExp(`(?<![\\p{L}\\p{N}])${query}`, 'u').test(text))) continue
    expect([query, text, finds(query, text)]).toEqual([query, text, true])
  }
})

it.each([
  ['traditional and simplified alike', '国语', '國語歌曲', true],
  ['in the other direction', '國語', '国语歌曲', true],
  ['one character', '语', '國語歌曲', true],
  ['the last character', '曲', '國語歌曲', true],
  ['a beginning of a word', 'sum', 'My SUMMER', true],
  ['no other part of a word', 'mmer', 'My SUMMER', false],
  ['without accents', 'etienne', 'Étienne', true],
  ['of any width', 'iphone', 'ｉＰｈｏｎｅ手机', true],
  ['mixed', 'iPhone手机', '我的iPhone手机', true],
  ['all words, in any order', 'cats two', 'Two cats', true],
  ['not only some of them', 'cats three', 'Two cats', false],
  ['a pictogram', '🐱', 'cats 🐱', true],
  ['characters that are not in a row', '今气', '今天天气', false],
  ['a topic and no word', '#sunset', 'sunset', false],
  ['a topic', '＃Sun', 'at the sea #sunset', true],
])('finds by %s: %s in %s is %s', (_, query, text, isFound) => {
  expect(finds(query, text)).toBe(isFound)
})

it('asks for nothing without letters, digits and pictograms', () => {
  for (const query of ['', '!?', '……', '#', "'"]) expect(wantedTerms(query)).toEqual([])
})

it('writes terms so that nothing in them has a meaning', () => {
  expect(vectorOf(["o'clock", 'a\\b'])).toBe(`'o''clock' 'a\\\\b'`)
  expect(queryOf(wantedTerms('猫 & !cats'))).toBe(`'猫':* & 'cats':*`)
})

it('holds the same text most relevant, then what begins with it, contains it, has its words', () => {
  const texts = ['two cats', 'two cats at home', 'my two cats', 'cats, two']
  const relevance = texts.map((text) => relevanceOf(text, 'Two cats'))
  expect(relevance).toEqual(relevance.toSorted((one, other) => other - one))
  expect(new Set(relevance).size).toBe(4)
})

it('takes five topics at most, each once, and no numbers', () => {
  expect(tagsIn('#one 好＃二 a#b #1 #one #ONE (#three) https://x.y/#four #5th #six #seven')).toEqual([
    'one',
    '二',
    'three',
    '5th',
    'six',
  ])
  expect(tagsIn(`#${'长'.repeat(30)} #${'长'.repeat(31)}`)).toEqual(['长'.repeat(30)])
})
