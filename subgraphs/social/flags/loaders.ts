import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/caller.ts'
import type { ReadFlags } from './repository.ts'

/** What the viewer has to do with a person. */
export interface PersonFlags {
  readonly isFollow: boolean
  readonly isBlocked: boolean
  readonly isMuted: boolean
}

const none: PersonFlags = { isFollow: false, isBlocked: false, isMuted: false }

/** Loaders of one request: all flags of all its people are one question. */
export function createFlagLoaders(readFlags: ReadFlags, viewer: Viewer | null) {
  return {
    personFlags: new DataLoader<string, PersonFlags>(async (userIds) => {
      if (!viewer) return userIds.map(() => none)
      const flags = await readFlags({ viewerId: viewer.userId, videoIds: [], userIds })
      const [followed, blocked, muted] = [flags.followedUserIds, flags.blockedUserIds, flags.mutedUserIds].map(
        (ids) => new Set(ids),
      ) as [Set<string>, Set<string>, Set<string>]
      return userIds.map((id) => ({ isFollow: followed.has(id), isBlocked: blocked.has(id), isMuted: muted.has(id) }))
    }),
  }
}
