import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/auth/caller.ts'
import type { Redis } from '../../../platform/redis/client.ts'
import { sumSharedCounts } from '../../../platform/redis/shared-counts.ts'
import { openConnections } from '../../../schema/topics.ts'
import type { ContactRepository } from './repository.ts'

/** The loader of one request, by the other user of a conversation. */
export function createPresenceLoaders(contacts: ContactRepository, redis: Redis, viewer: Viewer | null) {
  return {
    /** Whether they are connected; null when the viewer may not know it, or Redis is down. */
    isOnline: new DataLoader<string, boolean | null>(async (userIds) => {
      if (!viewer) return userIds.map(() => null)
      const found = await contacts.findMany(viewer.userId, userIds)
      const known = userIds.filter((userId) => {
        const contact = found.get(userId)
        return contact?.hasConversation === true && !contact.isBlocked && !contact.isMuted
      })
      const counts = await sumSharedCounts(redis, openConnections, known).catch(() => null)
      const online = new Map(known.map((userId, index) => [userId, counts && (counts[index] ?? 0) > 0]))
      return userIds.map((userId) => online.get(userId) ?? null)
    }),
  }
}
