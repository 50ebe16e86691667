import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { VideoContext } from '../context.ts'
import { notYourVideo } from '../videos/not-your-video.ts'

/**
 * Deletes a video of the viewer: it is in no list any more when this answers. Its URLs end when the time of grace is over.
 *
 * @returns the ids of the video and of its author, the viewer.
 * @throws Unauthenticated for anonymous callers, NotFound when the video does not exist, Forbidden when another user published it.
 */
export async function deleteVideo(
  context: Pick<VideoContext, 'caller' | 'removal' | 'publishedFor' | 'cache'>,
  id: string,
): Promise<{ readonly videoId: string; readonly authorId: string }> {
  const authorId = requireViewer(context.caller).userId
  const videoId = idArgument(id)
  const { removals, cache, graceSeconds } = context.removal
  const isDeleted = await removals
    .delete(videoId, authorId, graceSeconds)
    .finally(() => cache.forgetVideo(videoId, authorId))
  if (!isDeleted) throw await notYourVideo(videoId, context)
  return { videoId, authorId }
}
