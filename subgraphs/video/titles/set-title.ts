import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { VideoContext } from '../context.ts'
import type { SetTitleInput } from '../schema.generated.ts'
import { notYourVideo } from '../videos/not-your-video.ts'
import type { VideoRow } from '../videos/repository.ts'
import { notifiedMentions } from './notified-mentions.ts'
import { titleArgument } from './title-argument.ts'

/**
 * Changes the title of one of the viewer's videos. It is found by its new title at once, and no longer by the old one.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput for a title that is too long or has a sensitive word
 * @throws NotFound when the video does not exist, Forbidden when another user published it
 */
export async function setTitle(
  context: Pick<
    VideoContext,
    'caller' | 'ids' | 'titles' | 'cache' | 'sensitiveWords' | 'publishedFor' | 'announceMentioned'
  >,
  input: SetTitleInput,
): Promise<VideoRow> {
  const authorId = requireViewer(context.caller).userId
  const videoId = idArgument(input.videoId)
  const title = titleArgument(input.title, context.sensitiveWords)
  const mentions = await notifiedMentions(context, title)
  const changed = await context.titles
    .setTitle(videoId, authorId, title, mentions)
    .finally(() => context.cache.forgetRow(videoId))
  if (!changed) throw await notYourVideo(videoId, context)
  context.announceMentioned(mentions)
  return changed
}
