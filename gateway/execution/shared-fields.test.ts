import { readFileSync } from 'node:fs'
import { Kind, parse, print, type DocumentNode } from 'graphql'
import { expect, it } from 'vitest'
import { subgraphNames } from '../../subgraphs/registry.ts'

/** The types of all fields of objects in a schema, by `Type.field`. */
function fieldsIn(document: DocumentNode): Map<string, string> {
  const fields = new Map<string, string>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue
    for (const { name, type } of definition.fields ?? [])
      fields.set(`${definition.name.value}.${name.value}`, print(type))
  }
  return fields
}

function read(name: string): Map<string, string> {
  return fieldsIn(parse(readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8')))
}

/** Those that are of another type in the second schema, or missing there. */
function differences(some: Map<string, string>, others: Map<string, string>): string[] {
  return [...some]
    .filter(([field, type]) => others.get(field) !== type)
    .map(([field, type]) => `${field}: ${type}, not ${others.get(field)}`)
}

// A subgraph's answer is taken over as the supergraph says that it looks: composition would quietly make a field nullable
// that is null in one of several subgraphs, and a subgraph that sends null for it would not be asked by its own schema.
it.each(subgraphNames)(
  'every field of %s is of the same type in the supergraph, also those of several subgraphs',
  (name) => {
    expect(differences(read(name), read('supergraph'))).toEqual([])
  },
)

it('would notice another nullability', () => {
  const schema = (type: string) => fieldsIn(parse(`extend type User { id: ID! name: ${type} }`))
  expect(differences(schema('String'), schema('String!'))).toEqual(['User.name: String, not String!'])
})

it('are fields of several subgraphs, too', () => {
  const all = subgraphNames.flatMap((name) => [...read(name).keys()])
  expect(all.length).toBeGreaterThan(new Set(all).size)
})
