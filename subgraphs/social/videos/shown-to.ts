import type { VisibleTo } from '../../../platform/graphql/list.ts'
import type { SocialContext } from '../context.ts'
import type { ListEdge } from '../list-edges.ts'
import type { VideoFacts } from './repository.ts'

type Viewing = Pick<SocialContext, 'caller' | 'flags' | 'cache' | 'notBefore' | 'videos' | 'reports'>

/**
 * Those of some videos that are published for the viewer. Friends are looked up whenever they are needed, so that the end of a
 * friendship hides videos at once; administrators are shown what was reported.
 */
export async function publishedAmong(
  videoIds: readonly string[],
  viewing: Omit<Viewing, 'flags'>,
): Promise<ReadonlyMap<string, VideoFacts>> {
  const facts = await viewing.cache.videos.get(videoIds, viewing.notBefore)
  return publishedOf(videoIds, facts, viewing)
}

/** The same for videos of which the facts are known; null for those that do not exist. */
export async function publishedOf(
  videoIds: readonly string[],
  facts: readonly (VideoFacts | null)[],
  { caller: { viewer }, videos, reports }: Pick<Viewing, 'caller' | 'videos' | 'reports'>,
): Promise<ReadonlyMap<string, VideoFacts>> {
  const published = new Map<string, VideoFacts>()
  const ofFriends: (VideoFacts & { readonly id: string })[] = []
  const others: (VideoFacts & { readonly id: string })[] = []
  for (const [index, video] of facts.entries()) {
    const id = videoIds[index] ?? ''
    if (!video) continue
    if (video.visibility === 'PUBLIC' || video.authorId === viewer?.userId) published.set(id, video)
    else if (video.visibility === 'FRIENDS') ofFriends.push({ id, ...video })
    else others.push({ id, ...video })
  }
  if (!viewer || ofFriends.length + others.length === 0) return published
  if (ofFriends.length > 0) {
    const friends = await videos.friendsAmong(ofFriends.map(({ authorId }) => `${viewer.userId}:${authorId}`))
    for (const video of ofFriends) {
      if (friends.has(`${viewer.userId}:${video.authorId}`)) published.set(video.id, video)
      else others.push(video)
    }
  }
  if (viewer.role === 'ADMIN' && others.length > 0) {
    const reported = await reports.videosAmong(others.map(({ id }) => id))
    for (const video of others) if (reported.has(video.id)) published.set(video.id, video)
  }
  return published
}

/**
 * Leaves out videos that do not exist or are not published for the viewer, and those of users whom the viewer has blocked or
 * muted.
 */
export function whereVideosAreShown(viewing: Viewing): VisibleTo<Pick<ListEdge, 'otherId'>> {
  return async (edges) => {
    const published = await publishedAmong(
      edges.map(({ otherId }) => otherId),
      viewing,
    )
    const authors = edges.map(({ otherId }) => published.get(otherId)?.authorId)
    if (!viewing.caller.viewer) return authors.map((authorId) => authorId !== undefined)
    const flags = await viewing.flags.ofUsers(authors.map((authorId) => authorId ?? '0'))
    return flags.map(({ isBlocked, isMuted }, index) => authors[index] !== undefined && !isBlocked && !isMuted)
  }
}
