import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import packageFile from '../package.json' with { type: 'json' }

const page = readFileSync(new URL('../docs/dependencies.md', import.meta.url), 'utf8')
/** What the tables of the page name in their first columns, of which some end in `*`. */
const named = [...page.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
)
it('explains each override', () => {
  expect(Object.keys(packageFile.overrides).filter((name) => !named.includes(name))).toEqual([])
})
