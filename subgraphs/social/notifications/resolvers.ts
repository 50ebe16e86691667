import { requireViewer } from '../../../platform/auth/caller.ts'
import { askedFields, type AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments, toConnection } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { snapshotArgument } from '../../../platform/postgres/snapshots.ts'
import { announceEvents } from '../../../platform/redis/topics.ts'
import { showListed, type ShownComment } from '../comments/viewing.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showPeople, showVideos } from '../viewing.ts'
import type { NotificationRow } from './repository.ts'

/** A notification as the graph shows it. */
export interface ShownNotification extends Omit<NotificationRow, 'subjectId' | 'actorIds'> {
  /** All that are named, the newest first. */
  readonly people: readonly UserReference[]
  readonly video: VideoReference | null
  readonly comment: ShownComment | null
}

export const notificationResolvers: Resolvers = {
  Query: {
    async notifications(_, { first, after }, context, info) {
      const { userId } = requireViewer(context.caller)
      const page = pageArguments({ first, after }, 100)
      const rows = await context.notifications.ofUser(userId, page)
      const asked = askedFields(info).below('edges').below('node')
      const shown = await showNotifications(rows.slice(0, page.first), context, asked)
      return toConnection(
        rows,
        page,
        (row) => encodeCursor(row.id),
        (_row, index) => shown[index] ?? null,
      )
    },
    async notification(_, { id }, context, info) {
      const { userId } = requireViewer(context.caller)
      const row = await context.notifications.find(userId, idArgument(id))
      const [shown] = row ? await showNotifications([row], context, askedFields(info)) : []
      return shown ?? null
    },
    socialEvents: (_, { since, userId }, { notifications }) =>
      notifications.since(since == null ? null : snapshotArgument(since), userId == null ? null : idArgument(userId)),
  },
  Mutation: {
    async markNotificationsRead(_, { input }, { caller, notifications, broadcast }) {
      const { userId } = requireViewer(caller)
      const { hasMoved } = await notifications.markRead(userId, idArgument(input.upTo))
      if (hasMoved) {
        announceEvents(broadcast, 'social', [userId])
        await notifications.removeBeyondNewest(userId)
      }
      return { unreadCount: await notifications.unreadOf(userId) }
    },
  },
  User: {
    unreadNotificationCount: ({ id }, _, { caller, notifications }) =>
      caller.viewer?.userId === id ? notifications.unreadOf(id) : null,
  },
  Notification: {
    actors: ({ people }, { first }) => people.slice(0, pageArguments({ first }, people.length).first),
  },
}

async function showNotifications(
  rows: readonly NotificationRow[],
  context: SocialContext,
  asked: AskedFields,
): Promise<ShownNotification[]> {
  const peopleIds = [...new Set(rows.flatMap(({ actorIds }) => actorIds))]
  const videoIds = [...new Set(rows.flatMap(({ kind, subjectId }) => (kind === 'FOLLOW' ? [] : [subjectId])))]
  const commentIds = asked.has('comment') ? rows.flatMap(({ kind, id }) => (kind === 'COMMENT' ? [id] : [])) : []
  const [people, videos, comments] = await Promise.all([
    showPeople(peopleIds, context, asked.below('actors')),
    showVideos(videoIds, context, asked.below('video')),
    showListed(commentIds, context, asked.below('comment')),
  ])
  const personOf = new Map(people.map((person) => [person.id, person]))
  const videoOf = new Map(videos.map((video) => [video.id, video]))
  const commentOf = new Map(commentIds.map((id, index) => [id, comments[index] ?? null]))
  return rows.map(({ subjectId, actorIds, ...row }) => ({
    ...row,
    people: actorIds.flatMap((id) => personOf.get(id) ?? []),
    video: videoOf.get(subjectId) ?? null,
    comment: commentOf.get(row.id) ?? null,
  }))
}
