import type { Broadcast } from '../../platform/redis/broadcast.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import type { GroupCommit } from '../../platform/postgres/group-commit.ts'
import type { IdGenerator } from '../../platform/postgres/id-generator.ts'
import type { WordFilter } from '../../platform/text/word-filter.ts'
import type { ConversationRepository } from './conversations/repository.ts'
import type { EventRepository } from './events/repository.ts'
import type { createMessageLoaders } from './messages/loaders.ts'
import type { MessageRepository, MessageRow, NewMessage } from './messages/repository.ts'
import type { createPresenceLoaders } from './presence/loaders.ts'
import type { ContactRepository } from './presence/repository.ts'
import type { TypingStore } from './presence/typing-store.ts'
import type { createReadLoaders } from './reads/loaders.ts'
import type { ReadRepository } from './reads/repository.ts'

/** A user of whom this subgraph only knows the id. */
export interface UserReference {
  readonly id: string
}

/** The context of resolvers. */
export interface ChatContext {
  readonly caller: Caller
  readonly ids: Pick<IdGenerator, 'next'>
  readonly broadcast: Pick<Broadcast, 'publish'>
  readonly conversations: ConversationRepository
  readonly messages: MessageRepository
  readonly reads: ReadRepository
  readonly events: EventRepository
  readonly contacts: ContactRepository
  readonly typing: TypingStore
  /** Concurrent messages are committed in groups. */
  readonly newMessages: Pick<GroupCommit<NewMessage, MessageRow>, 'submit'>
  readonly sensitiveWords: WordFilter
  readonly loaders: ReturnType<typeof createMessageLoaders> &
    ReturnType<typeof createReadLoaders> &
    ReturnType<typeof createPresenceLoaders>
}
