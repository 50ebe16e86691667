import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, vi } from 'vitest'
import { openBroadcast, type Broadcast } from '../platform/redis/broadcast.ts'
import { openRedis } from '../platform/redis/client.ts'
import type { Caller } from '../platform/auth/caller.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { startChat } from '../subgraphs/chat/server.ts'
import { ask, signedIn } from './callers.ts'
import { createTestDatabase } from './database.ts'

/** Processes of the chat subgraph on one database and one Redis, and users for them. */
export interface TestChat extends AsyncDisposable {
  /** The subgraph of the first process. */
  readonly subgraph: Subgraph
  /** A connection with the rights of the database owner. */
  readonly sql: pg.Client
  readonly databaseUrl: string
  /** Starts another process on the same services. */
  startProcess(options?: ProcessOptions): Promise<Subgraph>
  /** A registered user. */
  person(): Promise<Person>
  /** The statements of all processes since the last call, without those for leases of ids. */
  takeQueries(): string[]
}

export interface ProcessOptions {
  readonly friendsOnly?: boolean
  /** Replaces the broadcast of this process. */
  readonly broadcast?: Broadcast
}

/** A user with an account. */
export interface Person {
  readonly id: string
  readonly caller: Caller
}

/** A message as selected by tests. */
export interface Message {
  readonly id: string
  readonly content: string
  readonly createdAt: string
  readonly sender: { readonly id: string }
  readonly recipient: { readonly id: string }
}

export const messageFields = 'id content createdAt sender { id } recipient { id }'

/** Starts the chat subgraph on a database of its own. */
export async function startTestChat(options: ProcessOptions = {}): Promise<TestChat> {
  const database = await createTestDatabase()
  const sql = new pg.Client({ connectionString: database.url })
  await sql.connect()
  const prefix = `${randomBytes(6).toString('hex')}:`
  const log = createLogger('silent', 'test')
  const disposals: (() => unknown)[] = [() => sql.end(), () => database[Symbol.asyncDispose]()]
  const queries: string[] = []
  let people = 0

  async function startProcess({ friendsOnly = false, broadcast }: ProcessOptions = {}): Promise<Subgraph> {
    const { redisUrl } = inject('services')
    const connection = broadcast ?? openBroadcast(redisUrl, prefix, log)
    await vi.waitUntil(() => connection.isConnected, { timeout: 60_000, interval: 5 })
    const redis = openRedis(redisUrl, prefix, log)
    await vi.waitUntil(() => redis.status === 'ready', { timeout: 60_000, interval: 5 })
    const subgraph = await startChat({
      database,
      databasePoolSize: 4,
      broadcast: connection,
      redis,
      friendsOnly,
      onQuery: (text) => queries.push(text),
      log,
    })
    disposals.unshift(
      () => subgraph[Symbol.asyncDispose](),
      () => connection[Symbol.dispose](),
      () => redis.disconnect(),
    )
    return subgraph
  }

  return {
    subgraph: await startProcess(options),
    sql,
    databaseUrl: database.url,
    startProcess,
    async person() {
      const id = String(++people)
      await sql.query('insert into "user".accounts (id, name, password_hash) values ($1, $2, $3)', [id, `p${id}`, '-'])
      return { id, caller: signedIn(id) }
    },
    takeQueries: () => queries.splice(0).filter((text) => !text.includes('id_workers')),
    async [Symbol.asyncDispose]() {
      for (const dispose of disposals) await dispose()
    },
  }
}

/** Sends a message; returns it as stored. */
export async function say(chat: Subgraph, from: Person, to: Person, content: string): Promise<Message> {
  const data = await ask<{ sendMessage: { message: Message } }>(chat, from.caller, sending, {
    input: { toUserId: to.id, content },
  })
  return data.sendMessage.message
}

export const sending = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { ${messageFields} } } }`

/** The messages that one user gets from another after a time. */
export async function poll(chat: Subgraph, viewer: Person, other: Person, after: string): Promise<Message[]> {
  const data = await ask<{ conversation: { received: Message[] } }>(
    chat,
    viewer.caller,
    `query ($userId: ID!, $after: DateTime!) { conversation(userId: $userId) { received(after: $after) { ${messageFields} } } }`,
    { userId: other.id, after },
  )
  return data.conversation.received
}
