import type { GraphQLSchema } from 'graphql'
import { isObjectType } from 'graphql'
import { isSafeName } from './answer-shape.ts'
import { own, type Data } from './merge.ts'
import type { FetchNode } from './plan-nodes.ts'

/** What a fetch asks a subgraph about. */
export interface Representations {
  /** Each of them once. */
  readonly distinct: readonly Data[]
  /** For each object that can be asked about, which of those represents it. */
  readonly indices: readonly number[]
  readonly objects: readonly Data[]
}

/** Finds out what a fetch has to ask about some objects; those of other types, or that lack a key, are left out. */
export type Represent = (objects: readonly Data[]) => Representations

/** The keys of one type by their names, `__typename` among them. */
type Keys = readonly string[]

/** Compiles what a fetch requires of the objects that it is about; a text says why that cannot be done. */
export function compileRepresentations(
  schema: GraphQLSchema,
  requires: NonNullable<FetchNode['requires']>,
): Represent | string {
  const keysByType = new Map<string, Keys[]>()
  for (const fragment of requires) {
    if (fragment.kind !== 'InlineFragment' || fragment.typeCondition === undefined) return 'a key without a type'
    // Of another kind of type, more than its own objects would have to be recognised.
    if (!isObjectType(schema.getType(fragment.typeCondition))) return 'a key of an abstract type'
    const keys: string[] = []
    for (const field of fragment.selections) {
      if (field.kind !== 'Field' || field.selections || field.alias) return 'a key with fields of its own'
      if (!isSafeName(field.name) || field.name in Object.prototype) return 'a key with a reserved name'
      keys.push(field.name)
    }
    keysByType.set(fragment.typeCondition, [...(keysByType.get(fragment.typeCondition) ?? []), keys])
  }

  function representationOf(object: Data): Data | null {
    const alternatives = keysByType.get(String(object['__typename']))
    if (!alternatives) return null
    const representation: Data = {}
    for (const keys of alternatives) {
      if (keys.some((key) => own(object, key) === undefined)) continue
      for (const key of keys) representation[key] = object[key]
    }
    return representation['__typename'] ? representation : null
  }

  return (all) => {
    const known = new Map<string, number>()
    const distinct: Data[] = []
    const indices: number[] = []
    const objects: Data[] = []
    for (const object of all) {
      const representation = representationOf(object)
      if (!representation) continue
      const identity = identityOf(representation)
      let index = known.get(identity)
      if (index === undefined) {
        index = distinct.push(representation) - 1
        known.set(identity, index)
      }
      indices.push(index)
      objects.push(object)
    }
    return { distinct, indices, objects }
  }
}

/** The same text for representations that are the same, and for no others: their names come in the same order. */
function identityOf(representation: Data): string {
  const { __typename: type, id } = representation
  // No type has a space in its name.
  if (typeof type === 'string' && typeof id === 'string' && Object.keys(representation).length === 2)
    return `${type} ${id}`
  return JSON.stringify(representation)
}
