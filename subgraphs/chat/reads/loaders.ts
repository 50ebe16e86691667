import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/auth/caller.ts'
import type { ReadMarks, ReadRepository } from './repository.ts'

const noMarks: ReadMarks = { readUpToId: null, participantReadUpToId: null }

/** Loaders of one request, by the other user of a conversation. Anonymous viewers have read nothing. */
export function createReadLoaders(reads: ReadRepository, viewer: Viewer | null) {
  return {
    readMarks: new DataLoader<string, ReadMarks>(async (userIds) => {
      if (!viewer) return userIds.map(() => noMarks)
      const marks = await reads.marksWith(viewer.userId, userIds)
      return userIds.map((userId) => marks.get(userId) ?? noMarks)
    }),
    unreadCount: new DataLoader<string, number>(async (userIds) => {
      if (!viewer) return userIds.map(() => 0)
      const unread = await reads.unreadOf(viewer.userId, userIds)
      return userIds.map((userId) => unread.get(userId) ?? 0)
    }),
  }
}
