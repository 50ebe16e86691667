import DataLoader from 'dataloader'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { Viewer } from '../../../platform/caller.ts'
import type { ReadFlags } from '../flags/repository.ts'
import type { LikeRepository } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createLikeLoaders(likes: LikeRepository, readFlags: ReadFlags, viewer: Viewer | null) {
  return {
    isFavorite: new DataLoader<string, boolean>(async (videoIds) => {
      if (!viewer) return videoIds.map(() => false)
      const { favoriteVideoIds } = await readFlags({ viewerId: viewer.userId, videoIds, userIds: [] })
      const liked = new Set(favoriteVideoIds)
      return videoIds.map((videoId) => liked.has(videoId))
    }),
    favoriteVideos: createPageLoader((userIds, page) => likes.byUsers(userIds, page)),
  }
}
