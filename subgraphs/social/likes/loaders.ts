import DataLoader from 'dataloader'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { Viewer } from '../../../platform/caller.ts'
import type { LikeRepository } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createLikeLoaders(likes: LikeRepository, viewer: Viewer | null) {
  return {
    isFavorite: new DataLoader<string, boolean>(async (videoIds) => {
      if (!viewer) return videoIds.map(() => false)
      const liked = await likes.likedAmong(viewer.userId, videoIds)
      return videoIds.map((videoId) => liked.has(videoId))
    }),
    favoriteVideos: createPageLoader((userIds, page) => likes.byUsers(userIds, page, viewer?.userId)),
  }
}
