import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { printSchema } from 'graphql'
import {
  commitMutation,
  ConnectionHandler,
  Environment,
  fetchQuery,
  Network as RelayNetwork,
  RecordSource,
  Store,
  type ConcreteRequest,
  type GraphQLResponse,
  type Variables,
} from 'relay-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicSchema } from '../../schema/public-schema.ts'
import { bootNetwork, type Network, type TestPerson } from '../network.ts'

const paged = (name: string, type: string, field: string, args: string, fields: string): string => `
  fragment Client_${name} on ${type} @refetchable(queryName: "Client${name}PageQuery")
    @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    ${field}(${args}) @connection(key: "Client_${name}_${field}") { edges { node { ${fields} } } }
  }`
const forward = 'first: $count, after: $cursor'

/** The operations of a small application. Each is a tagged template of one source file. */
const documents = [
  paged('comments', 'Video', 'comments', forward, '__typename id content'),
  paged('followers', 'User', 'followers', forward, '__typename id name'),
  paged('feed', 'Query', 'feed', forward, '__typename id title'),
  paged('messages', 'Conversation', 'messages', 'last: $count, before: $cursor', '__typename id content'),
  `query ClientQuery($videoId: ID!, $userId: ID!) {
    ...Client_feed
    video(id: $videoId) { __typename id isFavorite favoriteCount commentCount author { __typename id ...Client_followers } ...Client_comments }
    conversation(userId: $userId) { __typename id ...Client_messages }
  }`,
  `mutation ClientLikeMutation($id: ID!) {
    favoriteVideo(input: { videoId: $id }) { video { id isFavorite favoriteCount } }
  }`,
  `mutation ClientDeleteMutation($id: ID!, $connections: [ID!]!) {
    deleteComment(input: { commentId: $id }) { commentId @deleteEdge(connections: $connections) video { id commentCount } }
  }`,
]

/** The compiler's binary; null on unsupported platforms. */
const relayCompiler = createRequire(import.meta.url)('relay-compiler') as string | null

let folder: string
let network: Network
let alice: TestPerson
let bob: TestPerson
let videoId: string
const comments: string[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'short-video-relay-'))
  network = await bootNetwork()
  ;[alice, bob] = await Promise.all([network.person('alice'), network.person('bob')])
  videoId = await alice.publishes('sunset')
  for (let count = 1; count <= 5; count++) comments.unshift(await bob.comments(videoId, `comment ${count}`))
  await bob.follows(alice)
  await bob.says(alice, 'hello')
})
afterAll(async () => {
  await network[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** Compiles the documents; the generated code is CommonJS. */
async function compile(): Promise<(name: string) => ConcreteRequest> {
  const supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
  await mkdir(join(folder, 'src'))
  await writeFile(join(folder, 'schema.graphql'), printSchema(publicSchema(supergraph)))
  await writeFile(join(folder, 'src/Client.js'), documents.map((text) => `graphql\`${text}\``).join('\n'))
  const config = { src: './src', schema: './schema.graphql', language: 'javascript', artifactDirectory: './made' }
  await mkdir(join(folder, 'made'))
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config))
  await promisify(execFile)(relayCompiler ?? '', ['relay.config.json'], { cwd: folder })
  const load = createRequire(join(folder, 'made/'))
  return (name) => load(`./${name}.graphql.js`) as ConcreteRequest
}

function environmentOf(person: TestPerson): Environment {
  async function ask({ text }: { text?: string | null | undefined }, variables: Variables): Promise<GraphQLResponse> {
    const response = await fetch(network.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
      body: JSON.stringify({ query: text, variables }),
    })
    return (await response.json()) as GraphQLResponse
  }
  return new Environment({ network: RelayNetwork.create(ask), store: new Store(new RecordSource()) })
}

describe.skipIf(relayCompiler === null)('Relay (where its compiler has a binary)', () => {
  it('compiles the schema, pages every kind of list, and keeps each record apart', async () => {
    const artifact = await compile()
    const environment = environmentOf(bob)
    const ask = (name: string, variables: Variables): Promise<unknown> =>
      fetchQuery(environment, artifact(name), variables, { fetchPolicy: 'network-only' }).toPromise()
    const source = (): RecordSource => environment.getStore().getSource() as RecordSource
    /** The items that a connection has loaded, and where its next page begins. */
    function gathered(
      ownerId: string,
      key: string,
    ): { ids: string[]; cursor: unknown; more: unknown; connection: string } {
      const connection = ConnectionHandler.getConnectionID(ownerId, key)
      let found = { ids: [] as string[], cursor: undefined as unknown, more: undefined as unknown, connection }
      environment.commitUpdate((store) => {
        const record = store.get(connection)
        const page = record?.getLinkedRecord('pageInfo')
        const edges = record?.getLinkedRecords('edges') ?? []
        found = {
          ...found,
          ids: edges.map((edge) => edge.getLinkedRecord('node').getDataID()),
          cursor: page?.getValue('endCursor'),
          more: page?.getValue('hasNextPage'),
        }
      })
      return found
    }

    await ask('ClientQuery', { videoId, userId: alice.id })
    for (let count = 2; count < 6; count += 2) {
      const { ids, cursor, more } = gathered(videoId, 'Client_comments_comments')
      expect([ids, more]).toEqual([comments.slice(0, count), true])
      await ask('ClientcommentsPageQuery', { id: videoId, count: 2, cursor })
    }
    const all = gathered(videoId, 'Client_comments_comments')
    expect([all.ids, all.more]).toEqual([comments, false])
    expect(gathered(alice.id, 'Client_followers_followers').ids).toEqual([bob.id])
    expect(gathered('client:root', 'Client_feed_feed').ids).toEqual([videoId])
    const conversationId =
      source()
        .getRecordIDs()
        .find((id) => source().get(id)?.['__typename'] === 'Conversation') ?? ''
    expect(gathered(conversationId, 'Client_messages_messages').ids).toHaveLength(1)
    for (const [name, id] of [
      ['followers', alice.id],
      ['messages', conversationId],
    ]) {
      await ask(`Client${name ?? ''}PageQuery`, { id, count: 2 })
    }
    await ask('ClientfeedPageQuery', { count: 2 })

    const mutate = (name: string, variables: Variables): Promise<void> =>
      new Promise((resolve, reject) => {
        commitMutation(environment, {
          mutation: artifact(name),
          variables,
          onCompleted: (_data, errors) => (errors ? reject(new Error(JSON.stringify(errors))) : resolve()),
          onError: reject,
        })
      })
    await mutate('ClientLikeMutation', { id: videoId })
    await mutate('ClientDeleteMutation', { id: comments[0], connections: [all.connection] })
    expect(source().get(videoId)).toMatchObject({ isFavorite: true, favoriteCount: 1, commentCount: 4 })
    expect(gathered(videoId, 'Client_comments_comments').ids).toEqual(comments.slice(1))

    const typesOf = [alice.id, bob.id, videoId, ...comments.slice(1)].map(
      (id) => source().get(id)?.['__typename'] as unknown,
    )
    expect(typesOf).toEqual(['User', 'User', 'Video', ...Array<string>(4).fill('Comment')])
  })
})
