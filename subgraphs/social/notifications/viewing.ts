import type { AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { showListed, type ShownComment } from '../comments/viewing.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import { showUsers, showVideos } from '../viewing.ts'
import type { NotificationRow } from './repository.ts'

/** A notification as the graph shows it. */
export interface ShownNotification extends Omit<NotificationRow, 'subjectId' | 'actorIds'> {
  /** All that are named, the newest first. */
  readonly actors: readonly UserReference[]
  readonly video: VideoReference | null
  readonly comment: ShownComment | null
}

/** Shows notifications, in their order, with what is asked of the actors, videos and comments in them. */
export async function showNotifications(
  rows: readonly NotificationRow[],
  context: SocialContext,
  asked: AskedFields,
): Promise<ShownNotification[]> {
  const actorIdsOfAll = [...new Set(rows.flatMap(({ actorIds }) => actorIds))]
  const videoIds = [...new Set(rows.flatMap(({ kind, subjectId }) => (kind === 'FOLLOW' ? [] : [subjectId])))]
  // The mention in a title has an id that is none of a comment.
  const commentIds = asked.has('comment')
    ? rows.flatMap(({ kind, id }) => (kind === 'COMMENT' || kind === 'REPLY' || kind === 'MENTION' ? [id] : []))
    : []
  const [actors, videos, comments] = await Promise.all([
    showUsers(actorIdsOfAll, context, asked.below('actors')),
    showVideos(videoIds, context, asked.below('video')),
    showListed(commentIds, context, asked.below('comment')),
  ])
  const userOf = new Map(actors.map((user) => [user.id, user]))
  const videoOf = new Map(videos.map((video) => [video.id, video]))
  const commentOf = new Map(commentIds.map((id, index) => [id, comments[index] ?? null]))
  return rows.map(({ subjectId, actorIds, ...row }) => ({
    ...row,
    actors: actorIds.flatMap((id) => userOf.get(id) ?? []),
    video: videoOf.get(subjectId) ?? null,
    comment: commentOf.get(row.id) ?? null,
  }))
}
