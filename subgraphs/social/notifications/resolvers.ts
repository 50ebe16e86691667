import { requireViewer } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments, toConnection } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { snapshotArgument } from '../../../platform/postgres/snapshots.ts'
import { announceEvents } from '../../../platform/redis/topics.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showNotifications } from './viewing.ts'

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
