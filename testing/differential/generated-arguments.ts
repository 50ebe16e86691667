import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  type GraphQLEnumType,
  type GraphQLInputType,
} from 'graphql'
import type { Random } from '../random.ts'

/** Ids that there are, or not, by the kind of thing. */
export type KnownIds = Readonly<Record<'user' | 'video' | 'comment' | 'other', readonly [string, ...string[]]>>

/** Makes values for arguments. */
export function createArgumentValues(ids: KnownIds, random: Random) {
  const { below, chance, oneOf } = random

  /** Makes values for an argument; undefined to leave it out. */
  function valueOf(type: GraphQLInputType, place: string): (() => unknown) | undefined {
    if (isListType(getNullableType(type))) {
      const entry = valueOf(getNamedType(type), place)
      return entry && (() => Array.from({ length: below(6) }, entry))
    }
    const named = getNamedType(type)
    if (isInputObjectType(named)) {
      return () =>
        Object.fromEntries(
          Object.values(named.getFields()).map((part) => [part.name, valueOf(part.type, `${place}.${part.name}`)?.()]),
        )
    }
    if (isEnumType(named)) return () => oneOf(namesOf(named))
    if (named.name === 'Int') return () => 1 + below(4)
    if (named.name === 'Boolean') return () => chance(0.5)
    if (named.name === 'DateTime') return () => '2040-01-01T00:00:00.000Z'
    if (named.name === 'ID') {
      const kind = /comment/i.test(place)
        ? 'comment'
        : /video/i.test(place)
          ? 'video'
          : /user/i.test(place)
            ? 'user'
            : 'other'
      return () => (chance(0.9) ? oneOf(ids[kind]) : oneOf(ids.other))
    }
    if (/after|before|since/i.test(place)) return undefined
    return () => 'bench-1'
  }

  return valueOf
}

function namesOf(type: GraphQLEnumType): [string, ...string[]] {
  return type.getValues().map(({ name }) => name) as [string, ...string[]]
}

/** A value as it is written in a text. */
export function literal(type: GraphQLInputType, value: unknown): string {
  if (isEnumType(getNamedType(type))) return String(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return `{ ${entries.map(([name, inner]) => `${name}: ${JSON.stringify(inner)}`).join(', ')} }`
}
