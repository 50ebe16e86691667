import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { cacheExchange, Client, fetchExchange } from '@urql/core'
import { serverAudits } from 'graphql-http'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootNetwork, type Network, type TestPerson } from '../network.ts'

let network: Network
let alice: TestPerson
let bob: TestPerson
let sunset: string
beforeAll(async () => {
  network = await bootNetwork()
  alice = await network.person('alice')
  bob = await network.person('bob')
  sunset = await alice.publishes('sunset')
})
afterAll(() => network[Symbol.asyncDispose]())

const feedQuery = 'query Feed($first: Int!) { feed(first: $first) { edges { node { id title } } } }'
const login = `mutation SignIn($name: String!) {
  login(input: { name: $name, password: "password" }) { accessToken user { id } }
}`

/** All audits by the authors of the specification. */
describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => network.graphqlUrl })
  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn()
    expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok')
  })
})

describe('urql with nothing but its defaults', () => {
  it.each(['undefined', 'stale', ''])('reads and signs in with the token "%s"', async (token) => {
    const client = new Client({
      url: network.graphqlUrl,
      exchanges: [cacheExchange, fetchExchange],
      fetchOptions: () => ({ headers: { authorization: `Bearer ${token}` } }),
    })
    const feed = await client.query(feedQuery, { first: 3 }).toPromise()
    expect([feed.error, feed.data]).toEqual([undefined, expect.objectContaining({ feed: expect.anything() as object })])
    const session = await client.mutation<{ login: { user: { id: string } } }>(login, { name: bob.name }).toPromise()
    expect([session.error, session.data?.login.user.id]).toEqual([undefined, bob.id])
    const viewer = await client.query('{ viewer { id } }', {}).toPromise()
    expect(viewer.error?.graphQLErrors[0]?.extensions['code']).toBe(token === '' ? undefined : 'UNAUTHENTICATED')
  })

  it('asks by GET, however it is told to', async () => {
    for (const preferGetMethod of [true, 'force', 'within-url-limit'] as const) {
      const client = new Client({ url: network.graphqlUrl, exchanges: [fetchExchange], preferGetMethod })
      const feed = await client.query(feedQuery, { first: 3 }).toPromise()
      expect([feed.error, feed.data]).toEqual([
        undefined,
        expect.objectContaining({ feed: expect.anything() as object }),
      ])
    }
  })
})

describe('Apollo Client', () => {
  function clientOf(person: TestPerson): ApolloClient {
    const headers = { authorization: `Bearer ${person.token}` }
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
    const link = ApolloLink.from([
      new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
      new HttpLink({ uri: network.graphqlUrl, headers }),
    ])
    return new ApolloClient({ link, cache: new InMemoryCache() })
  }

  it('shows in its cache what mutations answered, and asks for nothing again', async () => {
    const client = clientOf(bob)
    const query = gql`
      query Page($id: ID!) {
        video(id: $id) {
          id
          favoriteCount
          isFavorite
          author {
            id
            followerCount
            totalFavorited
          }
        }
        viewer {
          id
          favoriteCount
          followingCount
        }
      }
    `
    const variables = { id: sunset }
    await client.query({ query, variables })
    await client.mutate({
      mutation: gql`
        mutation Act($id: ID!, $user: ID!) {
          favoriteVideo(input: { videoId: $id }) {
            video {
              id
              favoriteCount
              isFavorite
              author {
                id
                totalFavorited
              }
            }
            viewer {
              id
              favoriteCount
            }
          }
          followUser(input: { userId: $user }) {
            user {
              id
              followerCount
            }
            viewer {
              id
              followingCount
            }
          }
        }
      `,
      variables: { id: sunset, user: alice.id },
    })
    const cached = client.readQuery({ query, variables })
    expect(cached).toMatchObject({
      video: { favoriteCount: 1, isFavorite: true, author: { followerCount: 1, totalFavorited: 1 } },
      viewer: { favoriteCount: 1, followingCount: 1 },
    })
    const fresh = await client.query({ query, variables, fetchPolicy: 'network-only' })
    expect(fresh.data).toEqual(cached)
  })
})
