import { getIntrospectionQuery, getOperationAST, parse } from 'graphql'
import { expect, it } from 'vitest'
import { shapeOf, type OperationShape } from './shape.ts'

function shape(text: string): OperationShape {
  const document = parse(text)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  return shapeOf(document, operation)
}

it('counts fields, and how deep they stand', () => {
  expect(shape('{ feed { edges { node { id title } } } viewer { name } }')).toEqual({
    depth: 4,
    selections: 7,
    aliases: 0,
    reservedAliases: 0,
    passwordFields: 0,
  })
})

it('counts what stands in fragments wherever they are spread', () => {
  const spread = shape('{ a: viewer { ...P } b: viewer { ...P } } fragment P on User { ... on User { n: name } id }')
  expect(spread).toEqual({ depth: 2, selections: 2 + 2 * 4, aliases: 2 + 2, reservedAliases: 0, passwordFields: 0 })
})

it('counts every field that works on a password, under any alias and in any fragment', () => {
  const input = 'input: { name: "a", password: "b" }'
  expect(
    shape(
      `mutation { a: login(${input}) { accessToken } ...More } fragment More on Mutation { b: register(${input}) { accessToken } }`,
    ),
  ).toMatchObject({ passwordFields: 2 })
})

it('takes what is asked of the schema as one level, but counts its selections', () => {
  const { depth, selections } = shape(getIntrospectionQuery())
  expect(depth).toBe(1)
  expect(selections).toBeGreaterThan(100)
})

it('measures a bomb of fragments without unfolding it', () => {
  const links = Array.from({ length: 250 }, (_, n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`)
  const { selections } = shape(`{ viewer { ...F0 } } ${links.join(' ')} fragment F250 on User { id }`)
  expect(selections).toBeGreaterThan(2 ** 250)
})

it('measures a bomb of nested fields, and its depth', () => {
  const field = (n: number): string => `x${n}: following { edges { node { ...F${n} } } }`
  const links = Array.from({ length: 100 }, (_, n) => `fragment F${n} on User { ${field(n + 1)} y${field(n + 1)} }`)
  const { selections, depth } = shape(`{ viewer { ...F0 } } ${links.join(' ')} fragment F100 on User { id }`)
  expect(selections).toBeGreaterThan(2 ** 100)
  expect(depth).toBe(302)
})

it('leaves fragments that go round in circles, or are missing, to validation', () => {
  expect(shape('{ ...A } fragment A on Query { ...B } fragment B on Query { ...A ...C viewer { id } }')).toMatchObject({
    depth: 2,
  })
})

it('counts aliases that objects have already, wherever they stand', () => {
  const { reservedAliases } = shape(`
    { __proto__: viewer { ...A ... { __typename: name } } same: viewer { __typename: __typename } }
    fragment A on User { constructor: name }`)
  expect(reservedAliases).toBe(3)
})
