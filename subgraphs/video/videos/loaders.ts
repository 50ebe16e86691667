import DataLoader from 'dataloader'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { RenditionRow, VideoRepository, VideoRow } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createVideoLoaders(videos: VideoRepository) {
  return {
    video: new DataLoader<string, VideoRow | null>(async (ids) => {
      const found = await videos.findMany(ids)
      return ids.map((id) => found.get(id) ?? null)
    }),
    renditions: new DataLoader<string, readonly RenditionRow[]>(async (videoIds) => {
      const found = await videos.renditionsOf(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }),
    videos: createPageLoader((authorIds, page) => videos.byAuthors(authorIds, page)),
    workCount: new DataLoader<string, number>(async (authorIds) => {
      const counts = await videos.workCounts(authorIds)
      return authorIds.map((authorId) => counts.get(authorId) ?? 0)
    }),
  }
}
