import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { sourceFiles } from './source-files.ts'

const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')

/** The messages that a file logs at a level of `warn` or above; of one that is put together, the part before the first value. */
function messagesOf(path: string, text: string): string[] {
  const messages: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression: logger } = node.expression
      const message = node.arguments.at(-1)
      const isLine = ['warn', 'error', 'fatal'].includes(name.text) && /(^|\.)log(ger)?$/.test(logger.getText())
      if (isLine && message && ts.isStringLiteralLike(message)) messages.push(message.text)
      else if (isLine && message && ts.isTemplateExpression(message)) messages.push(message.head.text.trim())
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return messages
}

const logged = new Set(
  sourceFiles()
    .filter(({ path }) => !/\.test\.ts$|^(testing|bench)\//.test(path))
    .flatMap(({ path, text }) => messagesOf(path, text)),
)

it('explains each log line from `warn` on', () => {
  expect(logged.size).toBeGreaterThan(20)
  expect([...logged].filter((message) => !page.includes(message))).toEqual([])
})

it('explains no log line that does not exist', () => {
  const table = [...page.matchAll(/^\| (?:fatal|error|warn) +\| ([^|]+) \|/gm)].map(([, cell = '']) => cell.trim())
  expect(table.length).toBeGreaterThan(20)
  for (const cell of table) {
    const rest = [...logged].reduce((text, message) => text.replace(message, ''), cell)
    expect(rest.replace(/[, ]/g, ''), cell).toBe('')
  }
})
