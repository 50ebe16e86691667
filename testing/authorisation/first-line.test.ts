import ts from 'typescript'
import { expect, it } from 'vitest'
import { sourceFiles } from '../source-files.ts'

const checks = ['requireViewer', 'requireAdmin']
const files = sourceFiles()
  .filter(({ path }) => path.startsWith('subgraphs/') && !path.endsWith('.test.ts'))
  .map(({ path, text }) => ({ path, source: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }))

/** The calls of a check in a file. */
function checksIn(source: ts.SourceFile): ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && checks.includes(node.expression.getText())) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** The innermost function around a node. */
function functionAround(node: ts.Node): ts.FunctionLikeDeclaration | null {
  for (let each = node.parent as ts.Node | undefined; each; each = each.parent) {
    if (ts.isFunctionDeclaration(each) || ts.isMethodDeclaration(each) || ts.isArrowFunction(each)) return each
  }
  return null
}

/** Whether a node is under the property `Mutation` of resolvers. */
function isUnderMutation(node: ts.Node): boolean {
  for (let each = node.parent as ts.Node | undefined; each; each = each.parent) {
    if (ts.isPropertyAssignment(each) && each.name.getText() === 'Mutation') return true
  }
  return false
}

it('checks who may do something in the first line of what does it', () => {
  const calls = files.flatMap(({ path, source }) => checksIn(source).map((call) => ({ path, call })))
  expect(calls.length).toBeGreaterThan(20)
  const late = calls.filter(({ call }) => {
    const body = functionAround(call)?.body
    if (!body) return true
    const first = ts.isBlock(body) ? body.statements[0] : body
    return !first || call.pos < first.pos || call.end > first.end
  })
  expect(late.map(({ path, call }) => `${path}: ${call.getText()}`)).toEqual([])
})

it('leaves the check of a mutation to its verb', () => {
  const inResolvers = files.flatMap(({ path, source }) =>
    checksIn(source)
      .filter(isUnderMutation)
      .map((call) => `${path}: ${call.parent.getText()}`),
  )
  expect(inResolvers).toEqual([])
})
