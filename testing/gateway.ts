import { parseTokenKeys, signAccessToken } from '../platform/auth/access-token.ts'
import type { Caller } from '../platform/auth/caller.ts'
import { DateTime } from '../platform/graphql/date-time.ts'
import { NotFound, Unauthenticated } from '../platform/runtime/errors.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import type { Owner } from '../db/ownership.ts'
import { readSchema } from '../schema/read-schema.ts'
import { createSubgraph, type Subgraph } from '../platform/graphql/subgraph.ts'
import { createGateway, type Gateway, type GatewayOptions } from '../gateway/server.ts'

export const log = createLogger('silent', 'test')
export const callerSecret = 'a secret between the parts of the system'
export const accessTokenKeys = parseTokenKeys('k1:a secret for tokens that no test gives away')

/** alice is signed in with session 11; bob is not. */
export const alice = { userId: '1', sessionId: '11' }
export const aliceToken = signAccessToken(accessTokenKeys, alice)

type Name = Owner

const createdAt = new Date('2026-01-31T12:00:00.000Z')
const people = new Map(['alice', 'bob'].map((name, index) => [String(index + 1), person(String(index + 1), name)]))
const videos = ['sunset', 'harbour', 'rain'].map((title, index) => video(String(101 + index), title))

/** Four subgraphs with the real schemas and a few facts in memory; `callers` collects the caller of each request. */
export function stubs(callers: Caller[]): Record<Name, Subgraph> {
  const create = (name: Name, resolvers: object): Subgraph =>
    createSubgraph<{ caller: Caller }>({
      name,
      typeDefs: readSchema(name),
      resolvers: { DateTime, ...resolvers },
      log,
      createContext(caller) {
        if (caller.requestId !== 'session-changes') callers.push(caller)
        return { caller }
      },
      checkHealth: () => Promise.resolve(),
      dispose: () => Promise.resolve(),
    })
  return {
    user: create('user', {
      Query: {
        viewer(_: unknown, __: unknown, { caller }: { caller: Caller }) {
          if (caller.hasInvalidToken) throw new Unauthenticated()
          return people.get(caller.viewer?.userId ?? '') ?? null
        },
        user: (_: unknown, { id }: { id: string }) => people.get(id) ?? null,
        userByName: (_: unknown, { name }: { name: string }) => {
          throw new Error(`the password of ${name} is in table accounts`)
        },
        activeSession: (_: unknown, { id }: { id: string }) =>
          id === alice.sessionId
            ? { isAdmin: false, user: people.get('1'), expiresAt: new Date(Date.now() + 86_400_000) }
            : null,
        sessionChanges: () => ({ sessionIds: [], upTo: '1' }),
      },
      Mutation: {
        login: () => ({
          accessToken: 'token',
          expiresAt: createdAt,
          refreshToken: null,
          user: people.get('1'),
        }),
      },
      User: { __resolveReference: ({ id }: { id: string }) => people.get(id) ?? null },
    }),
    video: create('video', {
      Query: {
        feed: (_: unknown, { first }: { first: number }) => connection(videos.slice(0, first)),
        video: (_: unknown, { id }: { id: string }) => videos.find((one) => one.id === id) ?? null,
        uploadLimits: { maxBytes: 1, maxDuration: 1, maxSide: 1 },
      },
      Video: { __resolveReference: ({ id }: { id: string }) => videos.find((one) => one.id === id) ?? null },
      User: {
        videos: (_: unknown, { first }: { first: number }) => connection(videos.slice(0, first)),
        workCount: () => 3,
      },
    }),
    social: create('social', {
      Mutation: {
        favoriteVideo: (_: unknown, { input }: { input: { videoId: string } }) => {
          if (!videos.some((one) => one.id === input.videoId)) {
            throw new NotFound({ en: 'This video does not exist.', zh: '视频不存在。' })
          }
          return { video: { id: input.videoId } }
        },
      },
      Video: { favoriteCount: () => 7, isFavorite: () => false },
      User: { isFollow: () => false, following: () => connection([...people.values()].map(({ id }) => ({ id }))) },
    }),
    chat: create('chat', { User: { lastMessage: () => null } }),
  }
}

/** Unlimited operations. */
export const noLimits = { reads: 0, searches: 0, writes: 0, texts: 0, uploads: 0, signIns: 0, usersPerAddress: 1 }

/** A gateway on stubs, some of which may be replaced. */
export function gatewayUnderTest(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  return createGateway({
    subgraphs: stubs([]),
    accessTokenKeys,
    callerSecret,
    landingPage: true,
    trustedProxies: [],
    allowedOrigins: 'any',
    shedLoadAfterMs: 0,
    rates: noLimits,
    log,
    ...options,
  })
}

/** An answer as clients read it. */
export interface Answer {
  readonly status: number
  readonly data: Record<string, unknown> | null | undefined
  readonly errors: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions: Readonly<Record<string, unknown>>
  }[]
}

/** POSTs an operation to a gateway. */
export async function post(
  gateway: Gateway,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } })
  const { data, errors } = response.json<Partial<Answer>>()
  return { status: response.statusCode, data, errors: errors ?? [] }
}

function person(id: string, name: string) {
  return { id, name, avatar: 'a', backgroundImage: 'b', signature: 's', createdAt }
}

function video(id: string, title: string) {
  const shape = { duration: 1, width: 1, height: 1 }
  return { id, title, author: { id: '1' }, playUrl: 'p', coverUrl: 'c', publishedAt: createdAt, ...shape }
}

function connection<Node extends { readonly id: string }>(nodes: readonly Node[]) {
  const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null }
  return { edges: nodes.map((node) => ({ cursor: 'c', node })), pageInfo }
}
