import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/caller.ts'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { RenditionRow, VideoRepository, VideoRow } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createVideoLoaders(videos: VideoRepository, viewer: Viewer | null) {
  const video = new DataLoader<string, VideoRow | null>(async (ids) => {
    const found = await videos.findMany(ids)
    return ids.map((id) => shown(found.get(id)))
  })
  const isHiddenAuthor = new DataLoader<string, boolean>(async (authorIds) => {
    if (!viewer) return authorIds.map(() => false)
    const pairs = authorIds.map((authorId) => `${viewer.userId}:${authorId}`)
    const hidden = await videos.hiddenAuthors(pairs)
    return pairs.map((pair) => hidden.has(pair))
  })
  return {
    video,
    isHiddenAuthor,
    /** A video that a list of videos would show the viewer; null for any other. */
    shownVideo: new DataLoader<string, VideoRow | null>((ids) =>
      Promise.all(
        ids.map(async (id) => {
          const found = await video.load(id)
          return found && !(await isHiddenAuthor.load(found.authorId)) ? found : null
        }),
      ),
    ),
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

function shown(video: VideoRow | undefined): VideoRow | null {
  return video && !video.isHidden ? video : null
}
