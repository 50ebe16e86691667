import { expect, it } from 'vitest'
import { CachedRow } from './cached-row.ts'

/** A row that is presented with the caller's address, and how often it was presented. */
function countingRow() {
  let written = 0
  const row = new CachedRow({ name: 'sunset' }, ({ name }, { origin }) => {
    written += 1
    return { url: `${origin}/${name}` }
  })
  return { row, written: () => written }
}

it('writes what is shown once for each address, and shows the very same from then on', () => {
  const { row, written } = countingRow()
  const [app, web] = ['http://app.test', 'http://web.test'].map((origin) => row.shownTo({ origin }))
  expect([app, web]).toEqual([{ url: 'http://app.test/sunset' }, { url: 'http://web.test/sunset' }])
  expect(row.shownTo({ origin: 'http://app.test' })).toBe(app)
  expect(row.shownTo({ origin: 'http://web.test' })).toBe(web)
  expect(written()).toBe(2)
})

it('shows any number of made-up addresses what they call, keeps none of them, and keeps the usual one', () => {
  const { row, written } = countingRow()
  const usual = row.shownTo({ origin: 'http://usual.test' })
  for (let count = 0; count < 100; count++) {
    const origin = `http://strange-${count}.test`
    expect(row.shownTo({ origin })).toEqual({ url: `${origin}/sunset` })
  }
  expect(row.shownTo({ origin: 'http://usual.test' })).toBe(usual)
  expect(written()).toBe(101)
  row.shownTo({ origin: 'http://strange-99.test' })
  expect(written()).toBe(102)
})
