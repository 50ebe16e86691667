import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { sourceFiles } from './source-files.ts'

/** Words for which the field has standard terms (CONTRIBUTING, "Words"), in comments and descriptions of the schema. */
const inProse = new Map([
  ['doors?', 'HTTP server, API'],
  ['town', 'demo data'],
  ['stand-?ins?', 'stub'],
  ['who(?:m?ever|so)', 'user, caller, client'],
  ['(?:some|any)body', 'user, someone'],
  ['he|him|himself|his', 'they'],
  ['dear(?:er|est)?', 'expensive'],
  ['lest', 'so that … not'],
])

/** Parts of names, such as `Door` in `openDoors`. */
const inNames = new Map([
  ['doors?', 'server'],
  ['ground', 'dependencies'],
  ['untold', 'pending'],
  ['lately', 'recent'],
  ['parted', 'blocked'],
  ['refusals?', 'error'],
  ['persons?|people', 'user'],
  ['town', 'demo data'],
])

/** Words inside of a name: `isLikedBy` has three. */
function wordsOf(name: string): string[] {
  return name.split(/_|(?<=[a-z\d])(?=[A-Z])/).map((word) => word.toLowerCase())
}

function only(words: ReadonlyMap<string, string>): RegExp {
  return new RegExp(`^(?:${[...words.keys()].join('|')})$`)
}

interface Found {
  readonly names: readonly string[]
  readonly comments: readonly string[]
}

/** The names that a file declares, and its comments. */
function readSource(path: string, text: string): Found {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const names: string[] = []
  const comments = new Map<number, string>()
  const visit = (node: ts.Node): void => {
    const { parent } = node
    if (ts.isIdentifier(node) && 'name' in parent && parent.name === node && !ts.isPropertyAccessExpression(parent)) {
      // The names of settings are those of the environment.
      if (!/^[A-Z\d_]+$/.test(node.text)) names.push(node.text)
    }
    const around = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ]
    for (const { pos, end } of around) comments.set(pos, text.slice(pos, end))
    node.getChildren(source).forEach(visit)
  }
  visit(source)
  return { names, comments: [...comments.values()] }
}

const product = sourceFiles()
  .filter(
    ({ path }) =>
      /\.tsx?$/.test(path) && !/\.test\.ts$|\.generated\.ts$|^(?:testing|bench|start\/(?:seed|people))/.test(path),
  )
  .map(({ path, text }) => ({ path, ...readSource(path, text) }))

it('names are made of the terms of the field', () => {
  expect(product.length).toBeGreaterThan(300)
  const strange = only(inNames)
  const found = product.flatMap(({ path, names }) =>
    names.filter((name) => wordsOf(name).some((word) => strange.test(word))).map((name) => `${path}: ${name}`),
  )
  expect([...new Set(found)]).toEqual([])
})

it('comments and descriptions are written in plain technical English', () => {
  const schemas = ['user', 'video', 'social', 'chat'].map((name) => {
    const path = `schema/${name}.graphql`
    return { path, comments: [...readFileSync(path, 'utf8').matchAll(/"""[^]*?"""|"[^"\n]*"/g)].map(([text]) => text) }
  })
  const strange = new RegExp(`\\b(?:${[...inProse.keys()].join('|')})\\b`, 'i')
  const found = [...product, ...schemas].flatMap(({ path, comments }) =>
    comments.flatMap(
      (comment) =>
        strange
          .exec(comment)
          ?.slice(0, 1)
          .map((word) => `${path}: ${word} in ${comment}`) ?? [],
    ),
  )
  expect(found).toEqual([])
})
