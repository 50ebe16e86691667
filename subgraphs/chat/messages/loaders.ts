import DataLoader from 'dataloader'
import { createPageLoader, type PageKey } from '../../../platform/graphql/page-loader.ts'
import type { Viewer } from '../../../platform/auth/caller.ts'
import type { AnswerPolls } from './empty-polls.ts'
import type { MessageRepository, MessageRow } from './repository.ts'

/** What the viewer asks of one person: what they said strictly after a moment. */
interface ReceivedKey {
  readonly participantId: string
  readonly after: Date
}

/**
 * Loaders of one request, named as the fields that they serve, each made when it is first asked for. Whoever is not signed in
 * has no messages.
 */
export class MessageLoaders {
  readonly #messages: MessageRepository
  readonly #answerPolls: AnswerPolls
  readonly #viewer: Viewer | null
  #message: DataLoader<string, MessageRow | null> | undefined
  #lastMessage: DataLoader<string, MessageRow | null> | undefined
  #pages: DataLoader<PageKey, readonly MessageRow[], string> | undefined
  #received: DataLoader<ReceivedKey, readonly MessageRow[], string> | undefined

  constructor(messages: MessageRepository, answerPolls: AnswerPolls, viewer: Viewer | null) {
    this.#messages = messages
    this.#answerPolls = answerPolls
    this.#viewer = viewer
  }

  get message(): DataLoader<string, MessageRow | null> {
    return (this.#message ??= new DataLoader<string, MessageRow | null>(async (ids) => {
      if (!this.#viewer) return ids.map(() => null)
      const found = await this.#messages.findMany(this.#viewer.userId, ids)
      return ids.map((id) => found.get(id) ?? null)
    }))
  }

  get lastMessage(): DataLoader<string, MessageRow | null> {
    return (this.#lastMessage ??= new DataLoader<string, MessageRow | null>(async (userIds) => {
      if (!this.#viewer) return userIds.map(() => null)
      const newest = await this.#messages.newestWith(this.#viewer.userId, userIds)
      return userIds.map((userId) => newest.get(userId) ?? null)
    }))
  }

  get messages(): DataLoader<PageKey, readonly MessageRow[], string> {
    return (this.#pages ??= createPageLoader<MessageRow>(async (participantIds, page) => {
      return this.#viewer ? this.#messages.between(this.#viewer.userId, participantIds, page) : new Map()
    }))
  }

  get received(): DataLoader<ReceivedKey, readonly MessageRow[], string> {
    return (this.#received ??= new DataLoader<ReceivedKey, readonly MessageRow[], string>(
      async (keys) => {
        const viewer = this.#viewer
        if (!viewer) return keys.map(() => [])
        return this.#answerPolls(
          keys.map(({ participantId, after }) => ({ senderId: participantId, recipientId: viewer.userId, after })),
        )
      },
      { cacheKeyFn: ({ participantId, after }) => `${participantId}:${after.getTime()}` },
    ))
  }

  /** Forgets what was read, so that an operation shows what it wrote. */
  forget(): void {
    for (const loader of [this.#message, this.#lastMessage, this.#pages, this.#received]) loader?.clearAll()
  }
}
