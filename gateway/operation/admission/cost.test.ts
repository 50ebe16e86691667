import { buildSchema, getOperationAST, parse, validate } from 'graphql'
import { expect, it } from 'vitest'
import { answerSizeOf, costOf, unlimitedListLength } from './cost.ts'

const schema = buildSchema(`
  type Query { viewer: User  feed(first: Int! = 30): Videos!  sessions: [Session!]!  newest(last: Int): [Video!]! any: Any
    users(ids: [ID!]!): [User]!  worksOf(people: [ID!]!, groups: [ID!]): [Int!]!  talk: Conversation! }
  type Conversation { received: [User!]! }
  type Mutation { like(id: ID!): Liked! }
  type Liked { video: Video! }
  type User { name: String! friends(first: Int! = 30, after: String): Users }
  type Users { edges: [UserEdge!]! ids: [ID!]! pageInfo: PageInfo! }
  type UserEdge { node: User! }
  type Videos { edges: [VideoEdge!]! pageInfo: PageInfo! }
  type VideoEdge { node: Video! }
  type Video { title: String! tags: [String!]! author: User }
  type Session { id: ID! user: User! }
  type PageInfo { hasNextPage: Boolean! }
  union Any = User | Video
`)

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  return costOf(schema, document, operation, variables)
}

it.each([
  ['an object costs one, scalars and lists of them nothing', '{ viewer { name } }', 1],
  ['a page costs itself and each item', '{ feed(first: 10) { edges { node { title tags } } } }', 1 + 10 * 2],
  [
    'what stands beside the items comes once',
    '{ feed(first: 10) { edges { node { title } } pageInfo { hasNextPage } } }',
    22,
  ],
  ['the default of the schema counts', '{ feed { edges { node { title } } } }', 1 + 30 * 2],
  [
    'pages within pages multiply',
    '{ viewer { friends(first: 5) { edges { node { friends(first: 4) { edges { node { name } } } } } } } }',
    2 + 5 * (2 + 1 + 4 * 2),
  ],
  ['a list without a limit is taken to be long', '{ sessions { user { name } } }', 2 * unlimitedListLength],
  ['a list may be limited itself', '{ newest(last: 3) { author { name } } }', 3 * 2],
  ['nothing is asked for with a negative limit', '{ feed(first: -5) { edges { node { title } } } }', 1],
  ['rows count that are read for scalars alone', '{ viewer { friends(first: 40) { ids } } }', 2 + 40],
  ['rows count of which nothing is selected', '{ feed(first: 50) { pageInfo { hasNextPage } } }', 1 + 1 + 50],
  ['ids that are given count, for objects', '{ users(ids: [1, 1, 2]) { friends(first: 4) { ids } } }', 3 * (2 + 4)],
  ['and for scalars', '{ worksOf(people: [1, 2, 3], groups: [4]) }', 4],
  ['a list that can be longer counts so', '{ talk { received { name } } }', 1 + 1_000],
  ['each alias counts', '{ a: viewer { name } b: viewer { name } }', 2],
  ['the schema itself is free', '{ __schema { types { fields { name } } } viewer { name __typename } }', 1],
  ['mutations are counted too', 'mutation { like(id: "1") { video { author { name } } } }', 3],
  ['so are the members of a union', '{ any { __typename ... on User { name } ... on Video { author { name } } } }', 2],
])('%s', (_rule, text, expected) => {
  expect(cost(text)).toBe(expected)
})

it('resolves variables', () => {
  const text = 'query ($n: Int!) { feed(first: $n) { edges { node { title } } } }'
  expect(cost(text, { n: 7 })).toBe(1 + 7 * 2)
})

it('counts in a fragment what its place asks for, however often it is spread', () => {
  const text = `{ a: feed(first: 2) { ...Page } b: feed(first: 3) { ...Page } }
    fragment Page on Videos { ...Edges } fragment Edges on Videos { edges { node { title } } }`
  expect(cost(text)).toBe(1 + 2 * 2 + 1 + 3 * 2)
})

it('leaves out what the conditions leave out', () => {
  const text = `query ($yes: Boolean!) {
    viewer @skip(if: $yes) { name } feed @include(if: $yes) { edges @skip(if: $yes) { node { title } } }
  }`
  // The page is read, although nothing of it is shown.
  expect(cost(text, { yes: true })).toBe(1 + 30)
  expect(cost(text, { yes: false })).toBe(1)
})

it('counts what nobody could ever unfold', () => {
  const links = Array.from(
    { length: 200 },
    (_, n) => `fragment F${n} on User { friends { edges { node { ...F${n + 1} } } } }`,
  )
  expect(cost(`{ viewer { ...F0 } } ${links.join(' ')} fragment F200 on User { name }`)).toBeGreaterThan(30 ** 200)
})

it('finds null where an argument must not be null', () => {
  const text = 'query ($n: Int) { feed(first: $n) { pageInfo { hasNextPage } } }'
  expect(() => cost(text, { n: null })).toThrow('"first"')
  expect(cost(text)).toBe(1 + 1 + 30)
  const condition = 'query ($yes: Boolean = true) { viewer @include(if: $yes) { name } }'
  expect(() => cost(condition, { yes: null })).toThrow('"if"')
})

it('counts the bytes of the longest texts, under each alias and in each row', () => {
  const bytes = (text: string): number => {
    const document = parse(text)
    const operation = getOperationAST(document)
    if (!operation) throw new Error('no operation')
    return answerSizeOf(schema, document, operation, {}).bytes
  }
  const one = bytes('{ feed(first: 1) { edges { node { title } } } }')
  expect(one).toBeGreaterThan(6 * 100)
  expect(bytes('{ feed(first: 100) { edges { node { title } } } }')).toBeGreaterThan(99 * 6 * 100)
  expect(bytes('{ feed(first: 1) { edges { node { title again: title } } } }') - one).toBeGreaterThan(6 * 100)
  expect(bytes('{ viewer { friends(first: 1000) { ids } } }')).toBeGreaterThan(16_000)
})
