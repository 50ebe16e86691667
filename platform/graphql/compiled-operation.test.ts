import { buildSchema, execute, parse, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { describe, expect, it } from 'vitest'
import { compileOperation } from './compiled-operation.ts'
import { DateTime } from './date-time.ts'

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key"])
  scalar DateTime
  type Query {
    echo(text: String, first: Int! = 30, at: DateTime, input: Input, tags: [String!]): String!
    clips(first: Int! = 2): [Clip!]!
    clip: Clip
    broken: Clip
    strict: Clip!
  }
  type Mutation { note(text: String!): String! }
  type Clip @key(fields: "id") { id: ID! title: String! author: Person plays: Int }
  type Person { name: String! friend: Person brokenName: String! }
  input Input { title: String! = "untitled" subtitle: String at: DateTime nested: Input tags: [String] }
`)

const notes: string[] = []
const person = { name: 'alice', friend: { name: 'bob', friend: null } }
const clips = [
  { id: '1', title: 'one', author: person, plays: 1 },
  { id: '2', title: 'two', author: null, plays: null },
]
const resolvers = {
  DateTime,
  Query: {
    echo: (_: unknown, args: object) => JSON.stringify(args),
    clips: () => Promise.resolve(clips),
    clip: () => clips[0],
    broken: () => Promise.reject(new Error('secret')),
    strict: () => {
      throw new Error('secret')
    },
  },
  Mutation: {
    note: async (_: unknown, { text }: { text: string }) => {
      await new Promise((resolve) => setImmediate(resolve))
      notes.push(text)
      return notes.join()
    },
  },
  Person: {
    brokenName: (() => Promise.reject(new Error('secret'))) as GraphQLFieldResolver<unknown, unknown>,
  },
}
const schema: GraphQLSchema = buildSubgraphSchema({ typeDefs, resolvers })

async function answerTo(query: string, variables: Record<string, unknown> = {}) {
  return JSON.parse(JSON.stringify(await compileOperation(schema, query, undefined)({}, variables))) as {
    data?: Record<string, unknown> | null
    errors?: { message: string; path?: unknown; extensions?: Record<string, unknown> }[]
  }
}

async function argumentsSeen(query: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const { data, errors } = await answerTo(query, variables)
  if (errors) throw new Error(errors.map((error) => error.message).join())
  return JSON.parse(data?.['echo'] as string)
}

it('runs no code that a literal spells', async () => {
  const spelled = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.intruder=1'
  expect(await argumentsSeen(`{ echo(text: "${spelled}", input: { subtitle: "${spelled}" }) }`)).toEqual({
    text: spelled,
    first: 30,
    input: { title: 'untitled', subtitle: spelled },
  })
  expect(globalThis).not.toHaveProperty('intruder')
})

describe('hands resolvers the arguments that the specification says', () => {
  const at = '2026-01-31T12:00:00.000Z'
  const cases: [string, string, Record<string, unknown>, object][] = [
    ['the defaults of the schema', '{ echo }', {}, { first: 30 }],
    ['literals', '{ echo(first: 3, tags: ["a", "b"]) }', {}, { first: 3, tags: ['a', 'b'] }],
    ['one value for a list', '{ echo(tags: "a") }', {}, { first: 30, tags: ['a'] }],
    ['a variable', 'query ($n: Int!) { echo(first: $n) }', { n: 4 }, { first: 4 }],
    ['the default of a variable', 'query ($n: Int! = 7) { echo(first: $n) }', {}, { first: 7 }],
    ['the default of the schema for a variable left out', 'query ($n: Int) { echo(first: $n) }', {}, { first: 30 }],
    ['null', 'query ($t: String) { echo(text: $t) }', { t: null }, { first: 30, text: null }],
    [
      'the default of an input field',
      'query ($i: Input) { echo(input: $i) }',
      { i: {} },
      { first: 30, input: { title: 'untitled' } },
    ],
    [
      'no field for a variable left out inside an input',
      'query ($t: String) { echo(input: { subtitle: $t }) }',
      {},
      { first: 30, input: { title: 'untitled' } },
    ],
    [
      'variables deep inside literals',
      'query ($t: String, $s: String) { echo(input: { nested: { subtitle: $t, tags: [$s, "x"] } }) }',
      { t: 'deep', s: 'list' },
      { first: 30, input: { title: 'untitled', nested: { title: 'untitled', subtitle: 'deep', tags: ['list', 'x'] } } },
    ],
    ['a moment', `query ($at: DateTime) { echo(at: $at) }`, { at }, { first: 30, at }],
    ['a moment as a literal', `{ echo(input: { at: "${at}" }) }`, {}, { first: 30, input: { title: 'untitled', at } }],
    [
      'nothing for a variable with an inherited name',
      'query ($toString: String) { echo(text: $toString) }',
      {},
      { first: 30 },
    ],
  ]
  it.each(cases)('%s', async (_name, query, variables, expected) => {
    expect(await argumentsSeen(query, variables)).toEqual(expected)
  })
})

describe('refuses as bad input, before any resolver runs,', () => {
  const cases: [string, string, Record<string, unknown>, RegExp][] = [
    ['a variable of another type', 'query ($n: Int!) { echo(first: $n) }', { n: 'x' }, /"\$n" got invalid value "x"/],
    ['a variable that is missing', 'query ($n: Int!) { echo(first: $n) }', {}, /"\$n" of required type/],
    ['null where the argument cannot be null', 'query ($n: Int) { echo(first: $n) }', { n: null }, /"first"/],
    [
      'null where an input field cannot be null',
      'query ($t: String = "x") { echo(input: { title: $t }) }',
      { t: null },
      /"input"/,
    ],
    [
      'garbage for a moment',
      'query ($at: DateTime) { echo(at: $at) }',
      { at: 'soon' },
      /A DateTime must have the form/,
    ],
    ['garbage for a moment as a literal', '{ echo(at: "soon") }', {}, /A DateTime must have the form/],
    [
      'a number for a moment',
      'query ($i: Input) { echo(input: $i) }',
      { i: { at: 5 } },
      /A DateTime must have the form/,
    ],
  ]
  it.each(cases)('%s', async (_name, query, variables, message) => {
    const { data, errors } = await answerTo(query, variables)
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message) as string, extensions: { code: 'BAD_USER_INPUT' } },
    ])
  })

  it('at most ten mistakes at once', async () => {
    const tags = Array.from({ length: 1_000 }, () => 1)
    const { errors } = await answerTo('query ($tags: [String!]) { echo(tags: $tags) }', { tags })
    expect(errors).toHaveLength(11)
  })
})

describe('answers as graphql-js does', () => {
  const cases: [string, string, Record<string, unknown>?][] = [
    ['lists, objects and nulls', '{ clips { id title author { name friend { name friend { name } } } plays } }'],
    ['aliases', '{ a: clips { id } b: clips(first: 1) { other: id } }'],
    ['a nullable field that fails', '{ clip { id } broken { id } }'],
    ['a failure where null is not allowed', '{ clips { id author { name brokenName } } }'],
    ['a failure at a root that cannot be null', '{ clip { id } strict { id } }'],
    ['__typename', '{ __typename clip { __typename } }'],
    [
      'fragments under different conditions',
      `query ($yes: Boolean!, $no: Boolean! = false) {
        clip { ...Parts @include(if: $yes) title @skip(if: $yes) }
        clips { ...Parts @include(if: $no) plays }
      } fragment Parts on Clip { id author @skip(if: $no) { name } }`,
      { yes: true },
    ],
  ]
  it.each(cases)('%s', async (_name, query, variables = {}) => {
    const expected = await execute({ schema, document: parse(query), variableValues: variables, contextValue: {} })
    const { data, errors = [] } = await answerTo(query, variables)
    expect(data).toEqual(JSON.parse(JSON.stringify(expected.data)))
    expect(errors.map(({ message, path }) => ({ message, path }))).toEqual(
      (expected.errors ?? []).map(({ message, path }) => ({ message, path })),
    )
  })

  it('and mutations one after the other', async () => {
    notes.length = 0
    const { data } = await answerTo('mutation { a: note(text: "a") b: note(text: "b") c: note(text: "c") }')
    expect(data).toEqual({ a: 'a', b: 'a,b', c: 'a,b,c' })
  })
})

it('answers fresh objects every time', async () => {
  const operation = compileOperation(schema, '{ clip { id author { name } } }', undefined)
  const first = await operation({}, {})
  Object.assign(first.data?.['clip'] as object, { id: 'changed' })
  expect((await operation({}, {})).data).toEqual({ clip: { id: '1', author: { name: 'alice' } } })
  expect(clips[0]).toMatchObject({ id: '1' })
})

it('executes without the compiler what the compiler refuses', async () => {
  // A schema without entities lacks the scalar `_Any`.
  const plain = buildSchema('type Query { echo(text: String!, times: Int = 2): String }')
  const fields = plain.getQueryType()?.getFields()
  if (fields?.['echo'])
    fields['echo'].resolve = (_, { text, times }: { text: string; times: number }) => text.repeat(times)
  const operation = compileOperation(plain, 'query ($text: String!) { echo(text: $text) }', undefined)
  expect(await operation({}, { text: 'ha' })).toEqual({ data: { echo: 'haha' } })
  expect(await operation({}, {})).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
})

it('tells what is wrong with a text that does not fit the schema', async () => {
  expect(await answerTo('{ nothing }')).toMatchObject({
    errors: [{ message: expect.stringContaining('nothing') as string }],
  })
})

it('chooses an operation by its name', async () => {
  const query = 'query One { clip { id } } query Two($n: Int!) { echo(first: $n) }'
  expect(await compileOperation(schema, query, 'Two')({}, { n: 1 })).toEqual({ data: { echo: '{"first":1}' } })
  expect(await compileOperation(schema, query, 'One')({}, {})).toEqual({ data: { clip: { id: '1' } } })
  expect(await compileOperation(schema, query, 'Three')({}, {})).toHaveProperty('errors')
})
