import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'
import type { SetCommentPolicyInput } from '../schema.generated.ts'

/**
 * Sets who may comment on a video of the viewer.
 *
 * @returns the id of the video.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such video, Forbidden when it is another user's.
 */
export async function setCommentPolicy(
  { caller, videoSettings, cache }: Pick<SocialContext, 'caller' | 'videoSettings' | 'cache'>,
  { videoId, policy }: SetCommentPolicyInput,
): Promise<string> {
  const { userId } = requireViewer(caller)
  const id = idArgument(videoId)
  await videoSettings.setCommentPolicy(id, userId, policy)
  cache.videoSettings.forget([id])
  return id
}
