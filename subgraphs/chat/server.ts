import { sql } from 'kysely'
import { idShares, type ChatTables } from '../../db/ownership.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { announceEvents } from '../../platform/redis/topics.ts'
import { createGroupCommit } from '../../platform/postgres/group-commit.ts'
import { leaseIdGenerator } from '../../platform/postgres/id-generator.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import { openDatabase, type DatabaseAddress } from '../../platform/postgres/database.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import { createSubgraph, type Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords, type WordFilter } from '../../platform/text/word-filter.ts'
import type { ChatContext } from './context.ts'
import { createConversationRepository } from './conversations/repository.ts'
import { createEventRepository } from './events/repository.ts'
import { rememberEmptyPolls } from './messages/empty-polls.ts'
import { createMessageLoaders } from './messages/loaders.ts'
import { createMessageRepository, type MessageRow, type NewMessage } from './messages/repository.ts'
import { createReadLoaders } from './reads/loaders.ts'
import { createReadRepository } from './reads/repository.ts'
import { resolvers } from './resolvers.ts'

export interface ChatOptions {
  readonly database: DatabaseAddress
  readonly databasePoolSize: number
  /** Brings the news of messages that other processes sent; its owner disposes it. */
  readonly broadcast: Broadcast
  /** Whether only people who follow each other may write to each other. */
  readonly friendsOnly: boolean
  /** Words that nobody shall read; none by default. */
  readonly sensitiveWords?: WordFilter | undefined
  readonly onQuery?: ((sql: string) => void) | undefined
  readonly log: Logger
}

/** Wires the chat subgraph to its database. */
export async function startChat(options: ChatOptions): Promise<Subgraph> {
  const { broadcast, sensitiveWords = noWords, log } = options
  const db = openDatabase<ChatTables>({
    ...options.database,
    schema: 'chat',
    poolSize: options.databasePoolSize,
    onQuery: options.onQuery,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const ids = await leaseIdGenerator(db, idShares.chat, log)
  const conversations = createConversationRepository(db)
  const messages = createMessageRepository(db, { friendsOnly: options.friendsOnly })
  const reads = createReadRepository(db)
  const events = createEventRepository(db)
  const newMessages = createGroupCommit<NewMessage, MessageRow>(async (sent) => {
    const outcomes = await messages.add(sent)
    // Once for the group: it is their streams that are told to look.
    announceEvents(
      broadcast,
      'chat',
      sent.flatMap(({ senderId, recipientId }) => [senderId, recipientId]),
    )
    return outcomes
  })
  const received = rememberEmptyPolls((polls) => messages.received(polls), broadcast)

  const whatLasts = { ids, broadcast, sensitiveWords, conversations, messages, reads, events, newMessages }

  return createSubgraph<ChatContext>({
    name: 'chat',
    resolvers,
    log,
    createContext: (caller) =>
      requestContext(whatLasts, {
        caller,
        loaders: {
          ...createMessageLoaders(messages, received, caller.viewer),
          ...createReadLoaders(reads, caller.viewer),
        },
      }),
    checkHealth: async () => void (await sql`select 1`.execute(db)),
    async dispose() {
      await newMessages[Symbol.asyncDispose]()
      await ids[Symbol.asyncDispose]()
      await db.destroy()
    },
  })
}
