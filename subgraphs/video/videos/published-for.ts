import type { Caller } from '../../../platform/auth/caller.ts'
import type { RelationRepository } from './relations.ts'
import type { VideoRow, Visibility } from './repository.ts'

/** For whom videos are published, seen by the viewer of one request. What is public is not asked for here. */
export interface PublishedFor {
  /**
   * The ids of those videos that the viewer may see: their own ones, those of their friends that are published for friends, and,
   * for administrators, those that were reported.
   */
  among(restricted: readonly VideoRow[]): Promise<ReadonlySet<string>>
  /** The least public videos of an author that the viewer may see. */
  ofAuthor(authorId: string): Promise<Visibility>
}

const nothing: ReadonlySet<string> = new Set()

/** Friends are looked up whenever they are needed, so that the end of a friendship hides videos at once. */
export function createPublishedFor(
  relations: Pick<RelationRepository, 'friendsAmong' | 'reportedAmong'>,
  { viewer }: Pick<Caller, 'viewer'>,
): PublishedFor {
  async function friendsAmong(userId: string, authorIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (authorIds.length === 0) return nothing
    const pairs = await relations.friendsAmong(authorIds.map((id) => `${userId}:${id}`))
    return new Set(authorIds.filter((id) => pairs.has(`${userId}:${id}`)))
  }

  return {
    async among(restricted) {
      if (!viewer || restricted.length === 0) return nothing
      const { userId, role } = viewer
      const ofOthers = restricted.filter(({ authorId }) => authorId !== userId)
      const authorIds = ofOthers.flatMap(({ authorId, visibility }) => (visibility === 'FRIENDS' ? [authorId] : []))
      const friends = await friendsAmong(userId, [...new Set(authorIds)])
      const shown = new Set(
        restricted.flatMap(({ id, authorId, visibility }) =>
          authorId === userId || (visibility === 'FRIENDS' && friends.has(authorId)) ? [id] : [],
        ),
      )
      if (role !== 'ADMIN' || shown.size === restricted.length) return shown
      const reported = await relations.reportedAmong(ofOthers.map(({ id }) => id))
      return new Set([...shown, ...reported])
    },
    async ofAuthor(authorId) {
      if (!viewer) return 'PUBLIC'
      if (viewer.userId === authorId) return 'PRIVATE'
      return (await friendsAmong(viewer.userId, [authorId])).size > 0 ? 'FRIENDS' : 'PUBLIC'
    },
  }
}
