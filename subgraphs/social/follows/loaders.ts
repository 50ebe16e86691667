import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/caller.ts'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { FollowRepository } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createFollowLoaders(follows: FollowRepository, viewer: Viewer | null) {
  return {
    isFollow: new DataLoader<string, boolean>(async (userIds) => {
      if (!viewer) return userIds.map(() => false)
      const followed = await follows.followedAmong(viewer.userId, userIds)
      return userIds.map((userId) => followed.has(userId))
    }),
    following: createPageLoader((userIds, page) => follows.following(userIds, page, viewer?.userId)),
    followers: createPageLoader((userIds, page) => follows.followers(userIds, page, viewer?.userId)),
    friends: createPageLoader((userIds, page) => follows.friends(userIds, page, viewer?.userId)),
  }
}
