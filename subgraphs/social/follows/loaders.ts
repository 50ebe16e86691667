import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/caller.ts'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { ReadFlags } from '../flags/repository.ts'
import type { FollowRepository } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createFollowLoaders(follows: FollowRepository, readFlags: ReadFlags, viewer: Viewer | null) {
  return {
    isFollow: new DataLoader<string, boolean>(async (userIds) => {
      if (!viewer) return userIds.map(() => false)
      const { followedUserIds } = await readFlags({ viewerId: viewer.userId, videoIds: [], userIds })
      const followed = new Set(followedUserIds)
      return userIds.map((userId) => followed.has(userId))
    }),
    following: createPageLoader((userIds, page) => follows.following(userIds, page)),
    followers: createPageLoader((userIds, page) => follows.followers(userIds, page)),
    friends: createPageLoader((userIds, page) => follows.friends(userIds, page)),
  }
}
