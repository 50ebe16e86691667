import { expect, it } from 'vitest'
import { mentionsIn, possibleNames } from './mentions.ts'

const users = new Map([
  ['alice', '1'],
  ['alice b', '2'],
  ['小明', '3'],
  ['小明同學呀', '4'],
])
const found = (text: string): string[] =>
  mentionsIn(text, users).map(({ userId, offset, length }) => `${userId}: ${text.slice(offset, offset + length)}`)

it.each([
  ['with @alice and others', ['1: @alice']],
  ['with @alice b.', ['2: @alice b']],
  ['with @alice, b', ['1: @alice']],
  ['@小明同學呀你好', ['4: @小明同學呀']],
  ['@小明你好＠alice', ['3: @小明', '1: ＠alice']],
  ['@alices', []],
  ['mail@alice', []],
  ['@ alice @@ @', []],
  ['🐱 @alice @alice', ['1: @alice', '1: @alice']],
])('finds the users that “%s” mentions', (text, expected) => {
  expect(found(text)).toEqual(expected)
})

it('counts ten mentions, and looks for no names that are too long', () => {
  expect(found('@alice '.repeat(20))).toHaveLength(10)
  const names = possibleNames(`@${'字'.repeat(100)}`)
  expect(names).toHaveLength(32)
})
