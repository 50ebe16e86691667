import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext } from '../context.ts'

/**
 * Bookmarks a video as the viewer, or takes the bookmark back; repeating it changes nothing.
 *
 * @returns the id of the video.
 * @throws Unauthenticated for anonymous callers, NotFound when there is no such video, Forbidden across a block.
 */
export async function changeBookmark(
  context: Pick<SocialContext, 'caller' | 'ids' | 'bookmarkChanges'>,
  id: string,
  bookmarked: boolean,
): Promise<string> {
  const { userId } = requireViewer(context.caller)
  const videoId = idArgument(id)
  await context.bookmarkChanges.submit({ id: context.ids.next(), userId, videoId, bookmarked })
  return videoId
}
