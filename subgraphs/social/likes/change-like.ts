import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'

/**
 * Likes a video as the viewer, or takes the like back; repeating it changes nothing.
 *
 * @returns the ids of the video and of the viewer.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such video, Forbidden for a like across a block.
 */
export async function changeLike(
  context: Pick<SocialContext, 'caller' | 'ids' | 'likeChanges' | 'flags'>,
  id: string,
  liked: boolean,
): Promise<{ readonly videoId: string; readonly userId: string }> {
  const { userId } = requireViewer(context.caller)
  const videoId = idArgument(id)
  await context.likeChanges.submit({ id: context.ids.next(), userId, videoId, liked })
  context.flags.forget()
  return { videoId, userId }
}
