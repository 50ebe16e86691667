import DataLoader from 'dataloader'
import { createPageLoader } from '../../../platform/graphql/page-loader.ts'
import type { Viewer } from '../../../platform/auth/caller.ts'
import type { AnswerPolls } from './empty-polls.ts'
import type { MessageRepository, MessageRow } from './repository.ts'

/** The viewer's poll of one user: the messages strictly after a time. */
interface ReceivedKey {
  readonly participantId: string
  readonly after: Date
}

/** Loaders of one request, named after the fields they serve. Anonymous viewers have no messages. */
export function createMessageLoaders(messages: MessageRepository, answerPolls: AnswerPolls, viewer: Viewer | null) {
  return {
    message: new DataLoader<string, MessageRow | null>(async (ids) => {
      if (!viewer) return ids.map(() => null)
      const found = await messages.findMany(viewer.userId, ids)
      return ids.map((id) => found.get(id) ?? null)
    }),
    lastMessage: new DataLoader<string, MessageRow | null>(async (userIds) => {
      if (!viewer) return userIds.map(() => null)
      const newest = await messages.newestWith(viewer.userId, userIds)
      return userIds.map((userId) => newest.get(userId) ?? null)
    }),
    messages: createPageLoader<MessageRow>(async (participantIds, page) => {
      return viewer ? messages.between(viewer.userId, participantIds, page) : new Map()
    }),
    laterMessages: createPageLoader<MessageRow>(async (participantIds, page) => {
      return viewer ? messages.between(viewer.userId, participantIds, { ...page, isForward: true }) : new Map()
    }),
    received: new DataLoader<ReceivedKey, readonly MessageRow[], string>(
      async (keys) => {
        if (!viewer) return keys.map(() => [])
        const polls = keys.map(({ participantId, after }) => {
          return { senderId: participantId, recipientId: viewer.userId, after }
        })
        return answerPolls(polls)
      },
      { cacheKeyFn: ({ participantId, after }) => `${participantId}:${after.getTime()}` },
    ),
  }
}
