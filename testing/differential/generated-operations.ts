import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import type { Random } from '../random.ts'
import { createArgumentValues, literal, type KnownIds } from './generated-arguments.ts'

/** A text, and variables with which it can be sent. */
export interface GeneratedOperation {
  readonly query: string
  readonly variables: () => Record<string, unknown>
}

type Parent = GraphQLObjectType | GraphQLInterfaceType

interface Variable {
  readonly name: string
  readonly type: string
  readonly fallback: string | null
  readonly value: () => unknown
}

/** One text while it is written. */
interface Text {
  readonly variables: Map<string, Variable>
  /** Fragments that are complete, by the type that they are on. */
  readonly fragments: { readonly name: string; readonly on: string; readonly text: string }[]
  /** Whether it is as most texts of real clients are, and not as strange as it can be. */
  readonly isSimple: boolean
  left: number
}

const mutations = [
  'favoriteVideo',
  'unfavoriteVideo',
  'followUser',
  'unfollowUser',
  'muteUser',
  'unmuteUser',
  'addComment',
  'sendMessage',
  'deleteVideo',
]
/** Where there is much to be found. */
const rich = new Set('feed viewer user users video videos node nodes comments author edges following sender'.split(' '))
/** Names that objects have of themselves stand among them. */
const aliases = [
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'constructor',
  'toString',
  'valueOf',
  'length',
  'class',
  'own',
  'data',
] as const

/**
 * Writes random operations with all that the language has for answers: aliases, fragments of all kinds, conditions,
 * variables, things asked for twice; half of them with less of it. Most are valid; the others are to be thrown away.
 */
export function createOperationGenerator(schema: GraphQLSchema, ids: KnownIds, random: Random) {
  const { below, chance, oneOf } = random
  const valueOf = createArgumentValues(ids, random)

  function operation(): GeneratedOperation {
    const text: Text = { variables: new Map(), fragments: [], isSimple: chance(0.5), left: 10 + below(40) }
    const isMutation = chance(0.12)
    const root = isMutation ? schema.getMutationType() : schema.getQueryType()
    if (!root) throw new Error('the schema has no root')
    const selections = isMutation ? mutationFields(text, root) : selectionsOn(text, root, 7, 1 + below(3))
    const variables = [...text.variables.values()]
    const definitions = variables.map(
      ({ name, type, fallback }) => `$${name}: ${type}${fallback === null ? '' : ` = ${fallback}`}`,
    )
    const head = `${isMutation ? 'mutation' : 'query'} Generated${definitions.length > 0 ? `(${definitions.join(', ')})` : ''}`
    return {
      query: [`${head} ${selections}`, ...text.fragments.map((fragment) => fragment.text)].join('\n'),
      variables: () =>
        Object.fromEntries(
          variables.flatMap(({ name, type, fallback, value }) => {
            const mayBeLeftOut = fallback !== null || !type.endsWith('!')
            return mayBeLeftOut && chance(0.4) ? [] : [[name, value()]]
          }),
        ),
    }
  }

  function mutationFields(text: Text, root: GraphQLObjectType): string {
    const fields = Object.values(root.getFields()).filter(({ name }) => mutations.includes(name))
    const chosen = Array.from({ length: 1 + below(3) }, (_, n) =>
      field(text, root, fields[below(fields.length)], 5, `m${n}`),
    )
    return `{ ${chosen.join(' ')} }`
  }

  function selectionsOn(text: Text, parent: Parent, depth: number, count = 2 + below(5)): string {
    const written: string[] = []
    for (let n = 0; n < count || written.length === 0; n++) {
      const before = written[below(written.length)]
      if (before !== undefined && !text.isSimple && chance(0.05)) written.push(before)
      else written.push(selection(text, parent, depth))
    }
    return `{ ${written.join(' ')} }`
  }

  function selection(text: Text, parent: Parent, depth: number): string {
    text.left--
    const way = random.next()
    if (way < 0.06) return `${chance(0.3) ? `${oneOf(['kind', 'what'])}: ` : ''}__typename${directives(text)}`
    // An interface has next to no fields of its own.
    const fragments = isInterfaceType(parent) ? 0.3 : 0.08
    if (way < 0.06 + fragments && depth > 1) {
      const on = chance(0.2) ? null : typeInside(parent)
      return `...${on ? ` on ${on.name}` : ''}${directives(text)} ${selectionsOn(text, on ?? parent, depth - 1, 1 + below(3))}`
    }
    if (way < 0.06 + 2 * fragments && depth > 1) return `...${fragmentOn(text, parent, depth)}${directives(text)}`
    const fields = Object.values(parent.getFields()).filter(
      (one) => isAnswerable(one) && !(text.isSimple && isInterfaceType(getNamedType(one.type))),
    )
    const leaves = fields.filter(({ type }) => isLeafType(getNamedType(type)))
    const deep = fields.filter(({ type }) => !isLeafType(getNamedType(type)))
    const goesOn =
      depth > 1 && deep.length > 0 && (leaves.length === 0 || (text.left > 0 && chance(depth > 6 ? 0.97 : 0.5)))
    const choice = goesOn ? deep : leaves
    const wanted = choice.filter(({ name }) => rich.has(name))
    const among = wanted.length > 0 && chance(0.6) ? wanted : choice
    return field(text, parent, among[below(among.length)], depth, null)
  }

  function field(
    text: Text,
    parent: Parent,
    chosen: GraphQLField<unknown, unknown> | undefined,
    depth: number,
    alias: string | null,
  ): string {
    if (!chosen) return '__typename'
    const { name, args, type } = chosen
    const called = alias ?? (chance(text.isSimple ? 0.01 : 0.12) ? oneOf(aliases) : null)
    const given = args.flatMap((argument) => {
      const value = argumentValue(text, argument, `${parent.name}.${name}`)
      return value === null ? [] : [`${argument.name}: ${value}`]
    })
    const head = `${called === null ? '' : `${called}: `}${name}${given.length > 0 ? `(${given.join(', ')})` : ''}`
    const named = getNamedType(type)
    const inside = isParent(named) ? ` ${selectionsOn(text, named, depth - 1)}` : ''
    const written = `${head}${directives(text)}${inside}`
    // The same once more, with something else in it: both are one field of the answer.
    return isParent(named) && !text.isSimple && chance(0.08) && depth > 1
      ? `${written} ${head}${directives(text)} ${selectionsOn(text, named, 2, 2)}`
      : written
  }

  function fragmentOn(text: Text, parent: Parent, depth: number): string {
    const known = text.fragments.filter(({ on }) => on === parent.name)
    const again = known[below(known.length)]
    if (again && chance(0.5)) return again.name
    const on = typeInside(parent)
    const written = selectionsOn(text, on, depth - 1, 1 + below(4))
    const name = `F${text.fragments.length}`
    text.fragments.push({ name, on: on.name, text: `fragment ${name} on ${on.name} ${written}` })
    return name
  }

  /** A type that an object of another one may have. */
  function typeInside(parent: Parent): Parent {
    const others: readonly Parent[] = isInterfaceType(parent) ? schema.getPossibleTypes(parent) : parent.getInterfaces()
    return others.length > 0 && chance(0.75) ? (others[below(others.length)] ?? parent) : parent
  }

  function directives(text: Text): string {
    const written: string[] = []
    if (text.isSimple) return ''
    if (chance(0.07)) written.push(`@include(if: ${condition(text, 0.75)})`)
    if (chance(0.04)) written.push(`@skip(if: ${condition(text, 0.25)})`)
    return written.length > 0 ? ` ${written.join(' ')}` : ''
  }

  /** @param likely how likely it is true. */
  function condition(text: Text, likely: number): string {
    if (chance(0.3)) return String(chance(likely))
    const name = oneOf(['yes', 'maybe', 'perhaps', 'rather'])
    const type = name === 'rather' ? 'Boolean' : 'Boolean!'
    const fallback = name === 'yes' || name === 'rather' ? 'true' : name === 'maybe' ? 'false' : null
    return variable(text, { name, type, fallback, value: () => chance(0.5) })
  }

  function variable(text: Text, definition: Variable): string {
    if (!text.variables.has(definition.name)) text.variables.set(definition.name, definition)
    return `$${definition.name}`
  }

  function argumentValue(text: Text, { name, type }: GraphQLArgument, where: string): string | null {
    const value = valueOf(type, `${where}.${name}`)
    if (value === undefined) return null
    if (!isNonNullType(type) && chance(0.5)) return null
    if (chance(0.65)) return literal(type, value())
    return variable(text, { name: `v${text.variables.size}`, type: String(type), fallback: null, value })
  }

  return { operation }
}

function isParent(type: unknown): type is Parent {
  return isCompositeType(type) && (isObjectType(type) || isInterfaceType(type))
}

/** Questions that are for a service's own use, or have answers that are never the same. */
const leftOut = new Set([
  ...['upload', 'uploadLimits', 'userAuditLog', 'videoAuditLog', 'reportAuditLog'],
  // Begins another session each time.
  'recommendedFeed',
])

function isAnswerable({ name }: GraphQLField<unknown, unknown>): boolean {
  return !leftOut.has(name)
}
