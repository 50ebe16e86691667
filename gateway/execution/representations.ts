import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql'
import { isSafeName } from './answer-shape.ts'
import type { Data } from './merge.ts'
import type { FetchNode } from './plan-nodes.ts'

/** The references that a fetch sends to a subgraph. */
export interface Representations {
  /** Without duplicates. */
  readonly distinct: readonly Data[]
  /** The represented objects. */
  readonly objects: readonly Data[]
  /** For each of those, the index of its representation. */
  readonly indices: readonly number[]
}

/** Makes representations of objects; objects of other types or without a key are left out. */
export type Represent = (objects: readonly Data[]) => Representations

type Required = NonNullable<FetchNode['requires']>[number]

/** The required fields of a type: all of them, or none; and optional ones. */
interface Key {
  readonly typeCondition: string
  readonly fields: readonly string[]
  readonly more: readonly Key[]
}

/** The keys of one type. */
interface KeysOfType {
  readonly all: readonly Key[]
  /** Whether only `__typename` and `id` are ever required. */
  readonly isIdAlone: boolean
}

const noKeys: KeysOfType = { all: [], isIdAlone: false }

function isId({ fields, more }: Key): boolean {
  return more.length === 0 && fields.join() === '__typename,id'
}

/** Compiles what a fetch requires of its objects; a text says why that is not possible. */
export function compileRepresentations(schema: GraphQLSchema, requires: readonly Required[]): Represent | string {
  const keys: Key[] = []
  for (const fragment of requires) {
    const key = readKey(schema, fragment)
    if (typeof key === 'string') return key
    keys.push(key)
  }
  const keysByType = new Map<string, KeysOfType>()

  function keysOf(typename: string): KeysOfType {
    const known = keysByType.get(typename)
    if (known) return known
    const type = schema.getType(typename)
    if (!isObjectType(type)) return noKeys
    const isOf = ({ typeCondition }: Key): boolean => {
      const condition = schema.getType(typeCondition)
      return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type))
    }
    const narrowed = (some: readonly Key[]): Key[] =>
      some.filter(isOf).map((key) => ({ ...key, more: narrowed(key.more) }))
    const all = narrowed(keys)
    const found = { all, isIdAlone: all.length === 1 && all.every(isId) }
    keysByType.set(typename, found)
    return found
  }

  return (all) => {
    const known = new Map<string, number>()
    const distinct: Data[] = []
    const objects: Data[] = []
    const indices: number[] = []
    for (const object of all) {
      const typename = object['__typename']
      if (typeof typename !== 'string') continue
      const keysOfType = keysOf(typename)
      const id = object['id']
      // Nearly all keys are an id, and most objects occur more than once.
      const representation =
        keysOfType.isIdAlone && typeof id === 'string' ? null : representationOf(object, keysOfType)
      if (representation && representation['__typename'] === undefined) continue
      const identity = representation ? identityOf(representation) : `${typename} ${String(id)}`
      let index = known.get(identity)
      if (index === undefined) {
        index = distinct.push(representation ?? { __typename: typename, id }) - 1
        known.set(identity, index)
      }
      objects.push(object)
      indices.push(index)
    }
    return { distinct, objects, indices }
  }
}

function readKey(schema: GraphQLSchema, required: Required): Key | string {
  if (required.kind !== 'InlineFragment' || required.typeCondition === undefined) return 'a key without a type'
  if (!schema.getType(required.typeCondition)) return 'a key of a type that is not public'
  const fields: string[] = []
  const more: Key[] = []
  for (const selection of required.selections) {
    if (selection.kind === 'Field') {
      if (selection.selections || selection.alias) return 'a key with fields of its own'
      if (!isSafeName(selection.name) || selection.name in Object.prototype) return 'a key with a reserved name'
      fields.push(selection.name)
    } else {
      const key = readKey(schema, selection)
      if (typeof key === 'string') return key
      more.push(key)
    }
  }
  return { typeCondition: required.typeCondition, fields, more }
}

function representationOf(object: Data, { all }: KeysOfType): Data {
  const representation: Data = {}
  for (const key of all) take(key, object, representation)
  return representation
}

function take({ fields, more }: Key, object: Data, representation: Data): void {
  for (const name of fields) if (object[name] === undefined) return
  for (const name of fields) representation[name] = object[name]
  for (const key of more) take(key, object, representation)
}

/** The same text for representations of the same object, and only for those. */
function identityOf(representation: Data): string {
  const names = Object.keys(representation)
  const { __typename: type, id } = representation
  // Type names contain no spaces.
  if (names.length === 2 && typeof type === 'string' && typeof id === 'string') return `${type} ${id}`
  return JSON.stringify(representation)
}
