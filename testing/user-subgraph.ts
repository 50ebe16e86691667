import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { parseTokenKeys, verifyAccessToken } from '../platform/auth/access-token.ts'
import { openBroadcast } from '../platform/redis/broadcast.ts'
import type { Caller } from '../platform/auth/caller.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { openObjectStore } from '../platform/storage/object-store.ts'
import { openRedis } from '../platform/redis/client.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { sessionRevoked } from '../schema/topics.ts'
import { startUser, type UserOptions } from '../subgraphs/user/server.ts'
import { anonymous, ask } from './callers.ts'
import { createTestDatabase } from './database.ts'

/** The keys that sign access tokens in tests. */
export const accessTokenKeys = parseTokenKeys(`test:${randomBytes(32).toString('base64url')}`)

/** The user subgraph with a database and Redis keys of its own. */
export interface UserSubgraph extends AsyncDisposable {
  readonly subgraph: Subgraph
  readonly databaseUrl: string
  /** The ids of sessions that were announced as revoked. */
  readonly revoked: readonly string[]
  /** The SQL statements since the last call. */
  takeQueries(): string[]
  /** Runs SQL on a separate connection; unqualified names are the subgraph's tables. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
}

/** Starts the user subgraph on the services of the test run, on a new database or on that of another one. */
export async function startUserSubgraph(
  options: Partial<UserOptions> & { readonly redisUrl?: string } = {},
): Promise<UserSubgraph> {
  const services = inject('services')
  const log = createLogger('error', 'test')
  const prefix = `${randomBytes(6).toString('hex')}:`
  const redisUrl = options.redisUrl ?? services.redisUrl
  const database = await databaseAt(options.database?.url)
  const { url: databaseUrl } = database
  const redis = openRedis(redisUrl, prefix, log)
  const broadcast = openBroadcast(redisUrl, prefix, log)
  const objectStore = openObjectStore({ ...services.objectStore, publicUrl: services.objectStore.url })
  await objectStore.prepare()
  const revoked: string[] = []
  broadcast.listen(sessionRevoked, (sessionId) => revoked.push(String(sessionId)))
  const queries: string[] = []
  const subgraph = await startUser({
    database,
    databasePoolSize: 4,
    listensForChanges: false,
    redis,
    broadcast,
    objectStore,
    accessTokenKeys,
    sessionDays: 30,
    loginFailures: 10,
    loginFailureWindowSeconds: 300,
    loginLongestPauseSeconds: 300,
    registrationsPerHour: 0,
    onQuery: (sql) => queries.push(sql),
    log,
    ...options,
  })
  const beside = new pg.Client({ connectionString: databaseUrl, options: '-c search_path="user"' })
  await beside.connect()

  return {
    subgraph,
    databaseUrl,
    revoked,
    takeQueries: () => queries.splice(0).filter((text) => !text.includes('id_workers')),
    sql: async (text, values = []) => (await beside.query<Record<string, unknown>>(text, [...values])).rows,
    async [Symbol.asyncDispose]() {
      await subgraph[Symbol.asyncDispose]()
      await beside.end()
      broadcast[Symbol.dispose]()
      redis.disconnect()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** A new database, or one that another owner disposes. */
function databaseAt(url: string | undefined): ReturnType<typeof createTestDatabase> {
  if (url === undefined) return createTestDatabase()
  return Promise.resolve({ url, [Symbol.asyncDispose]: () => Promise.resolve() })
}

const register = `mutation ($name: String!, $password: String!) {
  register(input: { name: $name, password: $password }) { accessToken }
}`
const login = `mutation ($name: String!, $password: String!) {
  login(input: { name: $name, password: $password }) { accessToken }
}`

/** A caller who has just registered. */
export async function registers(subgraph: Subgraph, name: string, password = 'password', from = anonymous) {
  const data = await ask<{ register: { accessToken: string } }>(subgraph, from, register, { name, password })
  return withToken(data.register.accessToken, from)
}

/** A caller who has just logged in. */
export async function logsIn(subgraph: Subgraph, name: string, password = 'password', from = anonymous) {
  const data = await ask<{ login: { accessToken: string } }>(subgraph, from, login, { name, password })
  return withToken(data.login.accessToken, from)
}

/** The caller that the gateway derives from an access token. */
function withToken(token: string, from: Caller): Caller & { readonly viewer: NonNullable<Caller['viewer']> } {
  const read = verifyAccessToken(accessTokenKeys, token)
  if (!read) throw new Error('the access token is not valid')
  const { userId, sessionId } = read
  return { ...from, viewer: { userId, sessionId } }
}
