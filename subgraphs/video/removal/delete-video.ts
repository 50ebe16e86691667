import { requireViewer, type Caller } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { Forbidden } from '../../../platform/runtime/errors.ts'
import type { VideoCache } from '../cache.ts'
import type { VideoRepository } from '../videos/repository.ts'
import { noSuchVideo } from '../../errors.ts'
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
 * @returns the ids of the video and of its author, the viewer.
 * @throws Unauthenticated for anonymous callers, NotFound when the video does not exist, Forbidden when another user published it.
 */
export async function deleteVideo(
  { caller, removal }: { readonly caller: Caller; readonly removal: Removal },
  id: string,
): Promise<{ readonly videoId: string; readonly authorId: string }> {
  const authorId = requireViewer(caller).userId
  const videoId = idArgument(id)
  const { removals, videos, cache, graceSeconds } = removal
  const isDeleted = await removals
    .delete(videoId, authorId, graceSeconds)
    .finally(() => cache.forgetVideo(videoId, authorId))
  if (isDeleted) return { videoId, authorId }
  if ((await videos.findMany([videoId])).has(videoId)) {
    throw new Forbidden({ en: "You cannot delete another user's video.", zh: '不能删除他人的视频。' })
  }
  throw noSuchVideo()
}
