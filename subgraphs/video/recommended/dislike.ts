import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { queryArgument } from '../../../platform/text/query-argument.ts'
import type { VideoContext } from '../context.ts'
import type { NotInterestedInput } from '../schema.generated.ts'
import { topicName } from '../titles/read-title.ts'
import type { DislikeKind } from './repository.ts'

/**
 * No longer recommends a video, an author or a topic to the viewer.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput unless exactly one of the three is given.
 */
export async function dislike(
  { caller, recommendations }: Pick<VideoContext, 'caller' | 'recommendations'>,
  { videoId, authorId, topic }: NotInterestedInput,
): Promise<void> {
  const { userId } = requireViewer(caller)
  const given: [DislikeKind, string][] = []
  if (videoId != null) given.push(['VIDEO', idArgument(videoId)])
  if (authorId != null) given.push(['AUTHOR', idArgument(authorId)])
  if (topic != null) given.push(['TOPIC', topicName(queryArgument(topic))])
  const [only] = given
  if (only === undefined || given.length > 1) {
    throw new BadUserInput({
      en: 'Name a video, an author or a topic, and only one of them.',
      zh: '视频、作者、话题须指定其一，且只能指定一个。',
    })
  }
  await recommendations.dislike(userId, ...only)
}
