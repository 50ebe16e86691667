import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'

/**
 * Counts that the viewer shared a video, once a day.
 *
 * @returns the id of the video.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such video, Forbidden across a block.
 */
export async function shareVideo(context: Pick<SocialContext, 'caller' | 'newShares'>, id: string): Promise<string> {
  const { userId } = requireViewer(context.caller)
  const videoId = idArgument(id)
  await context.newShares.submit({ userId, videoId })
  return videoId
}
