import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import packageFile from '../package.json' with { type: 'json' }
import { sourceFiles } from './source-files.ts'

const page = readFileSync(new URL('../docs/dependencies.md', import.meta.url), 'utf8')
/** What the tables of the page name in their first columns, of which some end in `*`. */
const named = [...page.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
)
const isNamed = (dependency: string): boolean =>
  named.some((name) => (name.endsWith('*') ? dependency.startsWith(name.slice(0, -1)) : name === dependency))

it('explains each override', () => {
  expect(Object.keys(packageFile.overrides).filter((name) => !named.includes(name))).toEqual([])
})

it('imports each dependency, or explains what it is for', () => {
  const imported = new Set(
    sourceFiles().flatMap(({ text }) =>
      [...text.matchAll(/(?:from|import|import\(|require\(|resolve\()\s*'((?:@[^/']+\/)?[^./'@:][^/':]*)/g)].map(
        ([, name = '']) => name,
      ),
    ),
  )
  const { dependencies, optionalDependencies, devDependencies } = packageFile
  const all = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })
  expect(all.filter((name) => !imported.has(name) && !isNamed(name))).toEqual([])
})
