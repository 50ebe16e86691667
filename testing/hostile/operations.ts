/** An operation of an attacker. */
export interface HostileOperation {
  readonly name: string
  readonly query: string
  readonly variables?: unknown
  readonly operationName?: string
}

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, n) => make(n))

const leaves =
  'id name avatar signature createdAt workCount isFollow followingCount followerCount favoriteCount totalFavorited'

/** Fragments that spread the next one twice: 2^doublings times the leaves. */
function fragmentBomb(doublings: number): string {
  const fragments = times(doublings, (n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`)
  const wide = times(3, () => leaves).join(' ')
  return `{ viewer { ...F0 } } ${fragments.join(' ')} fragment F${doublings} on User { ${wide} }`
}

/** The same, but each level requests a page of users. */
function pagedBomb(doublings: number): string {
  const page = (n: number): string => `following(first: 50) { edges { node { ...P${n} } } }`
  const fragments = times(
    doublings,
    (n) => `fragment P${n} on User { ${page(n + 1)} followers { edges { node { ...P${n + 1} } } } }`,
  )
  return `{ viewer { ...P0 } } ${fragments.join(' ')} fragment P${doublings} on User { id }`
}

const nestedPeople = (depth: number): string =>
  `{ viewer { ${'following { edges { node { '.repeat(depth)} id ${'} } }'.repeat(depth)} } }`

const deepIntrospection = (depth: number): string =>
  `{ __schema { types { ${'fields { type { '.repeat(depth)} name ${'} }'.repeat(depth)} } } }`

/** Fields of a user, each from another subgraph. */
const ofEverybody = 'name workCount lastMessage { id } isFollow'
const lists = (inside: string): string =>
  ['following', 'followers', 'friends'].map((list) => `${list}(first: 1) { edges { node { ${inside} } } }`).join(' ')

const megabyte = 'x'.repeat(1024 * 1024)

/** The corpus. Each operation must be rejected cheaply, and reach no subgraph. */
export const hostileOperations: readonly HostileOperation[] = [
  ...[4, 8, 16, 24, 30].map((doublings) => ({
    name: `a bomb of 2^${doublings} fragments`,
    query: fragmentBomb(doublings),
  })),
  ...[4, 8, 16, 30].map((doublings) => ({ name: `pages within pages, 2^${doublings}`, query: pagedBomb(doublings) })),
  { name: 'a fragment that spreads itself', query: '{ viewer { ...A } } fragment A on User { id ...A }' },
  {
    name: 'fragments that spread each other in a ring',
    query: `{ viewer { ...R0 } } ${times(60, (n) => `fragment R${n} on User { ...R${(n + 1) % 60} ...R${(n + 7) % 60} }`).join(' ')}`,
  },
  { name: '5 000 aliases', query: `{ viewer { ${times(5_000, (n) => `a${n}: name`).join(' ')} } }` },
  { name: '300 aliases', query: `{ viewer { ${times(300, (n) => `a${n}: name`).join(' ')} } }` },
  { name: 'a field 400 deep', query: nestedPeople(134) },
  { name: 'inline fragments 400 deep', query: `{ viewer ${'{ ... on User '.repeat(400)} { id } ${'}'.repeat(400)} }` },
  { name: 'a list value 600 deep', query: `{ user(id: ${'['.repeat(600)}${']'.repeat(600)}) { id } }` },
  { name: 'a page of two thousand million', query: '{ feed(first: 2147483647) { edges { node { id } } } }' },
  {
    name: 'a page of a million out of a variable',
    query: 'query ($first: Int!) { feed(first: $first) { edges { node { id } } } }',
    variables: { first: 1_000_000 },
  },
  { name: 'pages of a thousand within each other', query: pagedBomb(2).replaceAll('50', '1000') },
  { name: 'a list of 700 values', query: `{ user(id: [${'1 '.repeat(700)}]) { id } }` },
  ...[4, 8, 40].map((depth) => ({ name: `introspection nested ${depth} deep`, query: deepIntrospection(depth) })),
  {
    name: 'introspection that fragments nest',
    query: `{ __schema { types { ...T0 } } } ${times(20, (n) => `fragment T${n} on __Type { fields { type { ...T${n + 1} } } }`).join(' ')}
      fragment T20 on __Type { name }`,
  },
  { name: 'a flood of directives', query: `{ viewer { name ${'@skip(if: false) '.repeat(200)} } }` },
  { name: 'a flood of unknown directives', query: `{ viewer { name ${times(700, (n) => `@d${n}`).join(' ')} } }` },
  {
    name: 'many definitions of variables',
    query: `query (${times(300, (n) => `$v${n}: ID`).join(' ')}) { viewer { name } }`,
  },
  {
    name: 'many operations',
    query: times(200, (n) => `query Q${n} { viewer { name } }`).join(' '),
    operationName: 'Q0',
  },
  { name: 'conflicting fields', query: `{ ${times(150, (n) => `viewer { x: ${n % 2 ? 'name' : 'id'} }`).join(' ')} }` },
  { name: 'variables of a megabyte', query: '{ viewer { name } }', variables: { padding: megabyte } },
  {
    name: 'a megabyte of variables in a tree',
    query: 'query ($id: ID!) { user(id: $id) { name } }',
    variables: { id: times(100_000, (n) => [n]) },
  },
  {
    name: 'a text of 60 000 characters',
    query: `{ user(id: "${'x'.repeat(60_000)}") { id } }`.replace('user', 'nobody'),
  },
  { name: 'a document of brackets', query: '{'.repeat(60_000) },
  { name: 'a block string that never ends', query: `{ viewer(a: """${'\\"""'.repeat(15_000)}` },
  { name: 'a document of nothing but commas', query: ','.repeat(60_000) },
  { name: 'an alias __proto__', query: '{ __proto__: viewer { name } }' },
  { name: 'an alias __proto__ further inside', query: '{ viewer { __proto__: name } }' },
  {
    name: 'an alias constructor, where fetches are joined',
    query: '{ viewer { id constructor: following { edges { node { id } } } } }',
  },
  { name: 'an alias __typename of something else', query: '{ viewer { __typename: name } }' },
  { name: 'a variable __proto__ that nobody knows', query: 'query { user(id: $__proto__) { id } }' },
  { name: 'an operation __proto__ that is none', query: '{ viewer { name } }', operationName: '__proto__' },
  { name: 'a field __proto__', query: '{ viewer { __proto__ constructor toString } }' },
  ...['pageInfo { hasNextPage }', 'edges { cursor }', 'edges { node { id } }'].map((inside) => ({
    name: `lists of a thousand under the same person five hundred times, for ${inside}`,
    query: `query ($ids: [ID!]!) {
      users(ids: $ids) { a: following(first: 1000) { ${inside} } b: followers(first: 1000) { ${inside} } }
    }`,
    variables: { ids: times(500, () => '1') },
  })),
  {
    name: 'one list of people, again and again',
    query: `query ($ids: [ID!]!) { ${times(19, (n) => `a${n}: users(ids: $ids) { workCount }`).join(' ')} }`,
    variables: { ids: times(500, (n) => String(n + 1)) },
  },
  {
    name: 'long texts under twenty names',
    query: `{ viewer { friends(first: 400) { edges { node {
      lastMessage { ${times(19, (n) => `a${n}: content`).join(' ')} } } } } } }`,
  },
  {
    name: 'many values of each of many people',
    query: `query ($ids: [ID!]!) { users(ids: $ids) { ${leaves} ${times(20, (n) => `a${n}: isBanned`).join(' ')} } }`,
    variables: { ids: times(500, (n) => String(n + 1)) },
  },
  {
    name: 'the whole schema twice',
    query: '{ a: __schema { types { name } } b: __schema { types { name } } }',
  },
  {
    name: 'the whole schema, its types under twenty names',
    query: `{ __schema { ${times(19, (n) => `a${n}: types { fields { name } }`).join(' ')} } }`,
  },
  {
    name: 'the types of the schema one by one',
    query: `{ ${times(20, (n) => `a${n}: __type(name: "User") { fields { name } }`).join(' ')} }`,
  },
  {
    name: 'many fetches, for which a plan is dear',
    query: `{ viewer { ${lists(`${ofEverybody} videos(first: 1) { edges { node { favoriteCount } } }`)}
      ${['b', 'c'].map((alias) => `${alias}: following(first: 1) { edges { node { ${lists(ofEverybody)} } } }`).join(' ')} } }`,
  },
  {
    name: 'two passwords',
    query: `mutation { ${times(2, (n) => `a${n}: login(input: { name: "a", password: "b" }) { accessToken }`).join(' ')} }`,
  },
]
