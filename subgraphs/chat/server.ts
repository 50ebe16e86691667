import type { ChatTables } from '../../db/ownership.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import type { Redis } from '../../platform/redis/client.ts'
import { announceEvents } from '../../schema/topics.ts'
import { createGroupCommit } from '../../platform/postgres/group-commit.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords } from '../../platform/text/word-filter.ts'
import { startSubgraphProcess, type SubgraphOptions } from '../subgraph-process.ts'
import type { ChatContext } from './context.ts'
import { createConversationRepository } from './conversations/repository.ts'
import { createEventRepository } from './events/repository.ts'
import { rememberEmptyPolls } from './messages/empty-polls.ts'
import { createMessageLoaders } from './messages/loaders.ts'
import { createMessageRepository, type MessageRow, type NewMessage } from './messages/repository.ts'
import { createPresenceLoaders } from './presence/loaders.ts'
import { createContactRepository } from './presence/repository.ts'
import { createTypingStore } from './presence/typing-store.ts'
import { createReadLoaders } from './reads/loaders.ts'
import { createReadRepository } from './reads/repository.ts'
import { resolvers } from './resolvers.ts'

export interface ChatOptions extends SubgraphOptions {
  /** Delivers events of messages that other processes sent; the caller disposes it. */
  readonly broadcast: Broadcast
  /** Knows who is typing and who is online. */
  readonly redis: Redis
  /** Whether only users who follow each other may write to each other. */
  readonly friendsOnly: boolean
}

/** Wires the chat subgraph to its database. */
export function startChat(options: ChatOptions): Promise<Subgraph> {
  const { broadcast, redis, sensitiveWords = noWords } = options
  return startSubgraphProcess<ChatTables, ChatContext>('chat', options, ({ db, ids }) => {
    const conversations = createConversationRepository(db)
    const messages = createMessageRepository(db, { friendsOnly: options.friendsOnly })
    const reads = createReadRepository(db)
    const events = createEventRepository(db)
    const contacts = createContactRepository(db)
    const typing = createTypingStore(redis)
    const newMessages = createGroupCommit<NewMessage, MessageRow>('messages', async (sent) => {
      const outcomes = await messages.add(sent)
      // Once per group: it wakes the streams of these users.
      announceEvents(
        broadcast,
        'chat',
        sent.flatMap(({ senderId, recipientId }) => [senderId, recipientId]),
      )
      return outcomes
    })
    const received = rememberEmptyPolls((polls) => messages.received(polls), broadcast)
    const whatLasts = {
      ...{ ids, broadcast, sensitiveWords, conversations, messages, reads, events, contacts, typing, newMessages },
    }
    return {
      resolvers,
      createContext: (caller) =>
        requestContext(whatLasts, {
          caller,
          loaders: {
            ...createMessageLoaders(messages, received, caller.viewer),
            ...createReadLoaders(reads, caller.viewer),
            ...createPresenceLoaders(contacts, redis, caller.viewer),
          },
        }),
      works: [newMessages],
    }
  })
}
