import { readFileSync } from 'node:fs'
import { buildASTSchema, parse } from 'graphql'
import { expect, it } from 'vitest'
import { owners } from '../db/ownership.ts'
import { listsOf, resolverTypes } from './resolver-types.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

it('finds every connection and every list of nodes by the structure of the schema', () => {
  const schema = buildASTSchema(
    parse(`
      interface Node { id: ID! }
      type Thing implements Node { id: ID!, parts: [Part!]!, others(first: Int): ThingConnection, tags: [String!]! }
      type Part { name: String }
      type ThingConnection { edges: [ThingEdge!]!, nodes: [Thing] }
      type ThingEdge { node: Thing! }
      type Query { things: ThingConnection!, byIds(ids: [ID!]!): [Thing]!, nodes: [Node]!, one: Thing, part: [Part] }
    `),
  )
  expect(listsOf(schema).map(({ type, field }) => `${type}.${field}`)).toEqual([
    'Thing.others',
    'ThingConnection.nodes',
    'Query.things',
    'Query.byIds',
    'Query.nodes',
  ])
})

it.each(owners)('asks of each list of %s that it says who is shown what', async (name) => {
  const typeDefs = parse(read(`${name}.graphql`))
  const types = await resolverTypes(name, typeDefs)
  const lists = listsOf(buildASTSchema(typeDefs, { assumeValid: true, assumeValidSDL: true }))
  expect(lists.length).toBeGreaterThan(1)
  for (const { type, field } of lists) {
    const ofType = types.slice(types.indexOf(`export type ${type}Resolvers<`))
    expect(ofType.slice(0, ofType.indexOf('\n};'))).toMatch(
      new RegExp(`^  ${field}\\?: Resolver<Visible<.+>, ParentType`, 'm'),
    )
  }
})
