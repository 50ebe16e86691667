import { Kind, parse, type FieldNode, type FragmentDefinitionNode } from 'graphql'
import { expect, it } from 'vitest'
import { askedFields, type AskedFields } from './asked-fields.ts'

/** The fields selected below the root fields of an operation, as their resolvers get them. */
function asked(query: string): AskedFields {
  const fragments: Record<string, FragmentDefinitionNode> = {}
  const fieldNodes: FieldNode[] = []
  for (const definition of parse(query).definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
    else if (definition.kind === Kind.OPERATION_DEFINITION) {
      for (const node of definition.selectionSet.selections) if (node.kind === Kind.FIELD) fieldNodes.push(node)
    }
  }
  return askedFields({ fieldNodes, fragments })
}

it('finds fields by their names, through fragments of any kind', () => {
  const fields = asked(`{ feed { called: title ... on Video { playUrl } ...Rest } }
    fragment Rest on Video { author { ...Named } }
    fragment Named on User { name }`)
  expect(['title', 'playUrl', 'author', 'called', 'name'].map((name) => fields.has(name))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
  expect(fields.below('author').has('name')).toBe(true)
})

it('takes together what is asked of one field in several places', () => {
  const fields = asked('{ feed { author { id } one: author { name } } feed { author { avatar } } }')
  expect(['id', 'name', 'avatar', 'signature'].map((name) => fields.below('author').has(name))).toEqual([
    true,
    true,
    true,
    false,
  ])
})

it('finds nothing below what is not asked for', () => {
  const fields = asked('{ feed { title } }')
  expect(fields.below('author').has('name')).toBe(false)
  expect(fields.below('author').below('videos').has('title')).toBe(false)
})
