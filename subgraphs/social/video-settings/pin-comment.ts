import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'

/**
 * Pins a comment on a video of the viewer, or unpins it; repeating it changes nothing.
 *
 * @returns the id of the video.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such comment, Forbidden when the video is another
 *   user's, BadUserInput for a reply.
 */
export async function pinComment(
  { caller, videoSettings, cache }: Pick<SocialContext, 'caller' | 'videoSettings' | 'cache'>,
  commentId: string,
  isPinned: boolean,
): Promise<string> {
  const { userId } = requireViewer(caller)
  const videoId = await videoSettings.pin(idArgument(commentId), userId, isPinned)
  cache.videoSettings.forget([videoId])
  return videoId
}
