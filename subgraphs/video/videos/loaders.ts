import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/caller.ts'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { RenditionRow, VideoRepository, VideoRow } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createVideoLoaders(videos: VideoRepository, viewer: Viewer | null) {
  return {
    video: new DataLoader<string, VideoRow | null>(async (ids) => {
      const found = await videos.findMany(ids)
      return ids.map((id) => shown(found.get(id)))
    }),
    renditions: new DataLoader<string, readonly RenditionRow[]>(async (videoIds) => {
      const found = await videos.renditionsOf(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }),
    videos: createPageLoader((authorIds, page) => videos.byAuthors(authorIds, page)),
    isHiddenAuthor: new DataLoader<string, boolean>(async (authorIds) => {
      if (!viewer) return authorIds.map(() => false)
      const pairs = authorIds.map((authorId) => `${viewer.userId}:${authorId}`)
      const hidden = await videos.hiddenAuthors(pairs)
      return pairs.map((pair) => hidden.has(pair))
    }),
    workCount: new DataLoader<string, number>(async (authorIds) => {
      const counts = await videos.workCounts(authorIds)
      return authorIds.map((authorId) => counts.get(authorId) ?? 0)
    }),
  }
}

function shown(video: VideoRow | undefined): VideoRow | null {
  return video && !video.isHidden ? video : null
}
