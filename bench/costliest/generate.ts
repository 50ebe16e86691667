import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { createRandom } from '../../testing/random.ts'

/** A field of an operation that is being made more expensive. */
export interface Pick {
  readonly field: GraphQLField<unknown, unknown>
  readonly parent: GraphQLObjectType
  alias: string | null
  /** The page size, if the field is a list. */
  size: number
  inside: Pick[]
}

/** Ids of objects with large lists, by the type of object that an argument names. */
export interface KnownIds {
  readonly users: readonly string[]
  readonly videos: readonly string[]
  readonly comments: readonly string[]
}

const sizes = [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 100, 150, 200, 300, 450, 700, 1_000]

/** Generates random operations and more expensive variants of them; deterministic for a seed. */
export function createGenerator(schema: GraphQLSchema, ids: KnownIds, seed: number) {
  const { next: random, below } = createRandom(seed)
  const oneOf = <Value>(values: readonly Value[]): Value | undefined => values[below(values.length)]

  function typeOf({ field }: Pick): GraphQLObjectType | null {
    const type = getNamedType(field.type)
    return isObjectType(type) ? type : null
  }

  function pickOf(parent: GraphQLObjectType, depth: number): Pick | null {
    const fields = Object.values(parent.getFields()).filter(
      (field) => isAnswerable(field) && (depth > 1 || isLeafType(getNamedType(field.type))),
    )
    const field = oneOf(fields)
    if (!field) return null
    const pick: Pick = { field, parent, alias: null, size: oneOf(sizes) ?? 1, inside: [] }
    const type = typeOf(pick)
    if (type) {
      for (let count = 1 + below(4); count > 0; count--) add(pick, depth - 1)
      if (pick.inside.length === 0) return null
    }
    return pick
  }

  function add(pick: Pick, depth: number): void {
    const type = typeOf(pick)
    const more = type && pickOf(type, depth)
    if (!more) return
    const twin = pick.inside.some(({ field, alias }) => field === more.field && alias === null)
    pick.inside.push(twin ? { ...more, alias: `a${below(1e6)}` } : more)
  }

  function all(picks: readonly Pick[]): Pick[] {
    return picks.flatMap((pick) => [pick, ...all(pick.inside)])
  }

  const query = schema.getQueryType()
  if (!query) throw new Error('the schema has no queries')
  const root = query

  return {
    below,

    /** Some root fields with selections. */
    create(): Pick[] {
      const picks: Pick[] = []
      for (let count = 1 + below(3); count > 0; count--) {
        const pick = pickOf(root, 4 + below(7))
        if (pick) picks.push({ ...pick, alias: picks.length > 0 ? `r${picks.length}` : null })
      }
      return picks
    },

    /** A variant of an operation: larger pages, more fields, fewer fields, or a repeated field. */
    change(picks: readonly Pick[]): Pick[] {
      const changed = copy(picks)
      for (let count = 1 + below(4); count > 0; count--) {
        const pick = oneOf(all(changed))
        if (!pick) break
        const way = random()
        if (way < 0.4) pick.size = oneOf(sizes) ?? 1
        else if (way < 0.7) add(pick, 3)
        else if (way < 0.85 && pick.inside.length > 1) pick.inside.splice(below(pick.inside.length), 1)
        else {
          const again = oneOf(pick.inside)
          if (again) pick.inside.push({ ...copyOf(again), alias: `a${below(1e6)}` })
        }
      }
      return changed
    },

    /** An operation with one addition: a larger page, another field, or a repeated field. */
    grow(picks: readonly Pick[]): Pick[] {
      const grown = copy(picks)
      const pick = oneOf(all(grown))
      if (!pick) return grown
      const again = oneOf(pick.inside)
      if (random() < 0.5) pick.size = sizes[sizes.indexOf(pick.size) + 1] ?? pick.size
      else if (random() < 0.7 || !again) add(pick, 4)
      else pick.inside.push({ ...copyOf(again), alias: `a${below(1e6)}` })
      return grown
    },

    /** As text, deterministic. */
    write(picks: readonly Pick[]): string {
      return `{ ${picks.map((pick) => written(pick, ids)).join(' ')} }`
    },
  }
}

function copy(picks: readonly Pick[]): Pick[] {
  return picks.map(copyOf)
}

function copyOf(pick: Pick): Pick {
  return { ...pick, inside: copy(pick.inside) }
}

/** Whether a field can be queried with the known ids. */
function isAnswerable({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.every(
    (argument) =>
      !isNonNullType(argument.type) ||
      valueOf(argument, { users: [''], videos: [''], comments: [''] }, '', 1) !== null ||
      argument.defaultValue !== undefined,
  )
}

function written({ field, parent, alias, size, inside }: Pick, ids: KnownIds): string {
  const values = field.args.flatMap((argument) => {
    const value = valueOf(argument, ids, `${parent.name}.${field.name}`, size)
    return value === null ? [] : [`${argument.name}: ${value}`]
  })
  const given = values.length > 0 ? `(${values.join(', ')})` : ''
  const below = inside.length > 0 ? ` { ${inside.map((pick) => written(pick, ids)).join(' ')} }` : ''
  return `${alias === null ? '' : `${alias}: `}${field.name}${given}${below}`
}

/** The value of an argument; null to omit it. */
function valueOf({ name, type }: GraphQLArgument, ids: KnownIds, where: string, size: number): string | null {
  if (name === 'first' || name === 'last') return String(size)
  const pool = /video/i.test(`${name}${where}`)
    ? ids.videos
    : /comment/i.test(`${name}${where}`)
      ? ids.comments
      : ids.users
  const named = getNamedType(type)
  if (named.name === 'ID') {
    return isList(type)
      ? JSON.stringify(Array.from({ length: size }, (_, n) => pool[n % pool.length]))
      : JSON.stringify(pool[0])
  }
  if (named.name === 'DateTime' && isNonNullType(type)) return '"2000-01-01T00:00:00.000Z"'
  if (!isNonNullType(type) || isInputObjectType(named)) return null
  if (isEnumType(named)) return named.getValues()[0]?.name ?? null
  return named.name === 'String' ? '"bench-0"' : null
}

function isList(type: GraphQLInputType): boolean {
  return isListType(getNullableType(type))
}
