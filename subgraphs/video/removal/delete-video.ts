import { Forbidden, NotFound } from '../../../platform/runtime/errors.ts'
import type { VideoCache } from '../cache.ts'
import type { VideoRepository } from '../videos/repository.ts'
import type { RemovalRepository } from './repository.ts'

/** What deleting needs. */
export interface Removal {
  readonly removals: RemovalRepository
  readonly videos: VideoRepository
  readonly cache: Pick<VideoCache, 'forgetVideo'>
  /** For how long the files outlive the video. */
  readonly graceSeconds: number
}

/**
 * Deletes a video of the viewer: it is in no list any more when this answers. Its URLs end when the time of grace is over.
 *
 * @throws NotFound when the video does not exist, Forbidden when another user published it.
 */
export async function deleteVideo(
  { removals, videos, cache, graceSeconds }: Removal,
  videoId: string,
  authorId: string,
): Promise<void> {
  const isDeleted = await removals
    .delete(videoId, authorId, graceSeconds)
    .finally(() => cache.forgetVideo(videoId, authorId))
  if (isDeleted) return
  if ((await videos.findMany([videoId])).has(videoId)) {
    throw new Forbidden({ en: "You cannot delete another user's video.", zh: '不能删除他人的视频。' })
  }
  throw new NotFound({ en: 'This video does not exist.', zh: '视频不存在。' })
}
