import DataLoader from 'dataloader'
import type { RenditionRow, VideoRepository } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createVideoLoaders(videos: Pick<VideoRepository, 'renditionsOf'>) {
  return {
    renditions: new DataLoader<string, readonly RenditionRow[]>(async (videoIds) => {
      const found = await videos.renditionsOf(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }),
  }
}
