import { readFileSync } from 'node:fs'
import { getNamedType, isEnumType, isObjectType, isRequiredArgument, type GraphQLField } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicSchema } from '../../schema/public-schema.ts'
import { bootNetwork, type Network, type TestPerson } from '../network.ts'

let network: Network
let alice: TestPerson
let bob: TestPerson
let carol: TestPerson
let sunset: string
beforeAll(async () => {
  network = await bootNetwork()
  alice = await network.person('alice')
  bob = await network.person('bob')
  carol = await network.person('carol')
  sunset = await alice.publishes('sunset')
})
afterAll(() => network[Symbol.asyncDispose]())

interface Answer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly {
    readonly path?: readonly unknown[]
    readonly message: string
    readonly extensions: { readonly code: string }
  }[]
}

async function ask(person: TestPerson | null, query: string, variables: object = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(person && { authorization: `Bearer ${person.token}` }) }
  const response = await fetch(network.graphqlUrl, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as Answer
}

/** The result of the node query for a user. */
async function node(person: TestPerson | null, id: string): Promise<unknown> {
  const fields = `__typename id ... on User { name } ... on Video { title } ... on Comment { content }
    ... on Message { content } ... on Conversation { lastMessage { content } }`
  const { data, errors } = await ask(person, `query ($id: ID!) { node(id: $id) { ${fields} } }`, { id })
  expect(errors).toBeUndefined()
  return data?.['node']
}

async function idOf(person: TestPerson, mutation: string, input: object, path: string): Promise<string> {
  const type = `${mutation[0]?.toUpperCase() ?? ''}${mutation.slice(1)}Input!`
  const { data } = await ask(person, `mutation ($input: ${type}) { ${mutation}(input: $input) { ${path} { id } } }`, {
    input,
  })
  return (data?.[mutation] as Record<string, { id: string }>)[path]?.id ?? ''
}

describe('an id', () => {
  it('leads to what it names, whoever owns it', async () => {
    const comment = await idOf(bob, 'addComment', { videoId: sunset, content: 'nice' }, 'comment')
    const message = await idOf(alice, 'sendMessage', { toUserId: bob.id, content: 'hello' }, 'message')
    const conversation = await idOf(alice, 'sendMessage', { toUserId: bob.id, content: 'again' }, 'conversation')
    expect(await node(null, alice.id)).toEqual({ __typename: 'User', id: alice.id, name: alice.name })
    expect(await node(carol, sunset)).toEqual({ __typename: 'Video', id: sunset, title: 'sunset' })
    expect(await node(null, comment)).toEqual({ __typename: 'Comment', id: comment, content: 'nice' })
    for (const person of [alice, bob]) {
      expect(await node(person, message)).toEqual({ __typename: 'Message', id: message, content: 'hello' })
      expect(await node(person, conversation)).toEqual({
        __typename: 'Conversation',
        id: conversation,
        lastMessage: { content: 'again' },
      })
      expect(await ask(person, `{ conversations { edges { node { id } } } }`)).toEqual({
        data: { conversations: { edges: [{ node: { id: conversation } }] } },
      })
    }
    expect(new Set([alice.id, sunset, comment, message, conversation]).size).toBe(5)
    for (const stranger of [carol, null]) {
      expect(await node(stranger, message)).toBeNull()
      expect(await node(stranger, conversation)).toBeNull()
    }
    const { data } = await ask(bob, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [message, '1', sunset],
    })
    expect(data).toEqual({ nodes: [{ id: message }, null, { id: sunset }] })
  })

  it.each(['0', '1', '-1', 'x', '', '1-2', '9007199254740991', '99999999999999999999', '1-1-1', '7'.repeat(5_000)])(
    'that names nothing leads nowhere: %.20s',
    async (id) => {
      expect(await node(alice, id)).toBeNull()
    },
  )

  it('leads to nothing that is deleted, or that no list shows', async () => {
    const [dan, erin] = [await network.person('dan'), await network.person('erin')]
    const video = await dan.publishes('rain')
    const comment = await idOf(erin, 'addComment', { videoId: video, content: 'wet' }, 'comment')
    const other = await idOf(erin, 'addComment', { videoId: sunset, content: 'dry' }, 'comment')
    const message = await idOf(erin, 'sendMessage', { toUserId: dan.id, content: 'hello' }, 'message')
    const conversation = await idOf(dan, 'sendMessage', { toUserId: erin.id, content: 'bye' }, 'conversation')
    await ask(dan, 'mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }', { id: erin.id })
    for (const id of [other, message, conversation]) expect(await node(dan, id)).toBeNull()
    expect(await node(carol, other)).toMatchObject({ content: 'dry' })
    await ask(dan, 'mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }', { id: video })
    for (const id of [video, comment]) expect(await node(carol, id)).toBeNull()
  })
})

describe('a mutation', () => {
  it('that is refused erases nothing of what was done beside it', async () => {
    const { data, errors } = await ask(
      carol,
      `mutation ($id: ID!) {
        first: favoriteVideo(input: { videoId: $id }) { video { favoriteCount } }
        second: favoriteVideo(input: { videoId: "1" }) { video { favoriteCount } }
        third: followUser(input: { userId: "1" }) { user { id } }
        fourth: addComment(input: { videoId: $id, content: "done" }) { comment { content } }
      }`,
      { id: sunset },
    )
    expect(data).toEqual({
      first: { video: { favoriteCount: 1 } },
      second: null,
      third: null,
      fourth: { comment: { content: 'done' } },
    })
    expect(errors?.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
      ['second', 'NOT_FOUND'],
      ['third', 'NOT_FOUND'],
    ])
  })

  it('answers everything whose counts it moved', async () => {
    const [gina, hugo] = [await network.person('gina'), await network.person('hugo')]
    const video = await hugo.publishes('harbour')
    const counts = 'id followingCount followerCount favoriteCount totalFavorited'
    const people = `user { ${counts} } viewer { ${counts} }`
    const { data, errors } = await ask(
      gina,
      `mutation ($video: ID!, $user: ID!) {
        favoriteVideo(input: { videoId: $video }) {
          video { favoriteCount isFavorite author { totalFavorited } } viewer { favoriteCount }
        }
        addComment(input: { videoId: $video, content: "nice" }) { comment { content } video { commentCount } }
        followUser(input: { userId: $user }) { ${people} }
        sendMessage(input: { toUserId: $user, content: "hello" }) {
          conversation { participant { id } lastMessage { content } messages { edges { node { content } } } }
        }
        blockUser(input: { userId: $user }) { ${people} }
        unfavoriteVideo(input: { videoId: $video }) { video { favoriteCount } viewer { favoriteCount } }
      }`,
      { video, user: hugo.id },
    )
    expect(errors).toBeUndefined()
    const zero = { followingCount: 0, followerCount: 0, favoriteCount: 0, totalFavorited: 0 }
    expect(data).toEqual({
      favoriteVideo: {
        video: { favoriteCount: 1, isFavorite: true, author: { totalFavorited: 1 } },
        viewer: { favoriteCount: 1 },
      },
      addComment: { comment: { content: 'nice' }, video: { commentCount: 1 } },
      followUser: {
        user: { id: hugo.id, ...zero, followerCount: 1, totalFavorited: 1 },
        viewer: { id: gina.id, ...zero, followingCount: 1, favoriteCount: 1 },
      },
      sendMessage: {
        conversation: {
          participant: { id: hugo.id },
          lastMessage: { content: 'hello' },
          messages: { edges: [{ node: { content: 'hello' } }] },
        },
      },
      blockUser: {
        user: { id: hugo.id, ...zero, totalFavorited: 1 },
        viewer: { id: gina.id, ...zero, favoriteCount: 1 },
      },
      unfavoriteVideo: { video: { favoriteCount: 0 }, viewer: { favoriteCount: 0 } },
    })
  })
})

describe('every list', () => {
  const schema = publicSchema(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'))
  const parents: Readonly<Record<string, (inside: string) => string>> = {
    Query: (inside) => `{ ${inside} }`,
    User: (inside) => `{ viewer { ${inside} } }`,
    Video: (inside) => `{ feed(first: 1) { edges { node { ${inside} } } } }`,
    Conversation: (inside) => `{ conversation(userId: "${bob.id}") { ${inside} } }`,
    Comment: (inside) => `{ comments(ids: ["${comment}"]) { ${inside} } }`,
    Topic: (inside) => `{ topic(name: "beach") { ${inside} } }`,
  }
  let comment: string
  beforeAll(async () => {
    comment = await idOf(carol, 'addComment', { videoId: sunset, content: 'a list of its own' }, 'comment')
    await carol.publishes('#beach')
  })
  const lists = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ parent: type.name, field })))
    // A short list without cursors is no connection.
    .filter(({ field }) => sizeOf(field) !== undefined && field.args.some(({ name }) => /^(after|before)$/.test(name)))
    .map(({ parent, field }) => ({ place: `${parent}.${field.name}`, parent, field }))

  function sizeOf({ args }: GraphQLField<unknown, unknown>): string | undefined {
    return args.find(({ name }) => name === 'first' || name === 'last')?.name
  }

  /** What a list cannot be asked for twice without, with values. */
  function requiredArguments({ args }: GraphQLField<unknown, unknown>): string[] {
    return args
      .filter((argument) => isRequiredArgument(argument) || argument.name === 'seed')
      .map(({ name, type }) => {
        const named = getNamedType(type)
        if (name === 'seed') return `${name}: 1`
        if (isEnumType(named)) return `${name}: ${named.getValues()[0]?.name ?? ''}`
        return `${name}: "${named.name === 'ID' ? sunset : 'sunset'}"`
      })
  }

  it('is known to this test', () => {
    expect(lists.length).toBeGreaterThan(10)
    for (const { field } of lists) expect(getNamedType(field.type).name).toMatch(/Connection$/)
    for (const { parent } of lists) expect(Object.keys(parents)).toContain(parent)
    const unpaged = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && type.name.endsWith('Connection'))
      .filter((type) => !lists.some(({ field }) => getNamedType(field.type) === type))
    expect(unpaged).toEqual([])
  })

  it.each(lists)('begins at the beginning and has no fewer than 0 entries: $place', async ({ field, parent }) => {
    const size = sizeOf(field) ?? ''
    const cursor = size === 'first' ? 'after' : 'before'
    const admin = /AuditLog$|^report(s|Cases)$/.test(field.name)
    const page = (wanted: string): Promise<Answer> => {
      const given = [...requiredArguments(field), wanted].join(', ')
      return ask(
        alice,
        parents[parent]?.(`${field.name}(${given}) { edges { cursor } pageInfo { hasNextPage } }`) ?? '',
      )
    }
    const negative = await page(`${size}: -1`)
    expect(negative.errors?.[0]?.extensions.code).toBe(admin ? 'FORBIDDEN' : 'BAD_USER_INPUT')
    if (admin) return
    const whole = await page(`${size}: 5`)
    expect(whole.errors).toBeUndefined()
    expect(await page(`${size}: 5, ${cursor}: ""`)).toEqual(whole)
    expect(await page(`${size}: 5, ${cursor}: null`)).toEqual(whole)
    const none = await page(`${size}: 0`)
    expect(none.errors).toBeUndefined()
    expect(JSON.stringify(none.data)).toContain('"edges":[]')
    const forged = await page(`${size}: 5, ${cursor}: "forged"`)
    expect(forged.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})
