import { buildSchema } from 'graphql'
import { expect, it } from 'vitest'
import { compileRepresentations } from './representations.ts'

const schema = buildSchema(`
  type Query { node: Node }
  interface Node { id: ID! }
  type User implements Node { id: ID! }
  type Video implements Node { id: ID! part: Int }
`)
const field = (name: string) => ({ kind: 'Field', name }) as const
type Selections = Parameters<typeof compileRepresentations>[1][number][]
const on = (typeCondition: string, ...selections: Selections) => ({
  kind: 'InlineFragment' as const,
  typeCondition,
  selections,
})
const key = [field('__typename'), field('id')]

function represent(requires: Selections, objects: readonly Record<string, unknown>[]) {
  const compiled = compileRepresentations(schema, requires)
  if (typeof compiled === 'string') throw new Error(compiled)
  const { distinct, indices, objects: represented } = compiled(objects)
  return { distinct, indices, places: represented.map((object) => objects.indexOf(object)) }
}

const user = (id: unknown) => ({ __typename: 'User', id })
const video = (id: unknown, part?: number | null) => ({ __typename: 'Video', id, ...(part !== undefined && { part }) })

it('asks about each object once, whatever its type', () => {
  const objects = [user('1'), video('1'), user('2'), user('1'), video('1')]
  expect(represent([on('User', ...key), on('Video', ...key)], objects)).toEqual({
    distinct: [user('1'), video('1'), user('2')],
    indices: [0, 1, 2, 0, 1],
    places: [0, 1, 2, 3, 4],
  })
})

it('tells apart keys that only look alike', () => {
  const objects = [user('1'), user(1), user(null), user('null'), user('1 Video')]
  expect(represent([on('User', ...key)], objects).indices).toEqual([0, 1, 2, 3, 4])
})

it('leaves out objects of other types, without a type, and without a key', () => {
  const objects = [video('1'), { id: '1' }, user(undefined), { __typename: 'Nobody', id: '1' }, user('1')]
  expect(represent([on('User', ...key)], objects)).toEqual({ distinct: [user('1')], indices: [0], places: [4] })
})

it('takes keys of an interface, and more of one type where that is there', () => {
  const objects = [user('1'), video('2', 3), video('4'), video('2', 5), video('6', null)]
  expect(represent([on('Node', ...key, on('Video', field('part')))], objects).distinct).toEqual([
    user('1'),
    video('2', 3),
    video('4'),
    video('2', 5),
    video('6', null),
  ])
})

it.each<[string, Selections]>([
  ['a key of no type', [{ kind: 'InlineFragment', selections: key }]],
  ['a key of a type that nobody knows', [on('Secret', ...key)]],
  ['a key with fields of its own', [on('User', { ...field('id'), selections: key })]],
  ['a key under another name', [on('User', { ...field('id'), alias: 'key' })]],
  ['a key with a name that every object has', [on('User', field('constructor'))]],
])('says that it cannot take %s', (_, requires) => {
  expect(typeof compileRepresentations(schema, requires)).toBe('string')
})
