import { requireViewer } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { allOf, pageOf } from '../../../platform/graphql/list.ts'
import { snapshotArgument } from '../../../platform/postgres/snapshots.ts'
import type { Resolvers } from '../schema.generated.ts'
import { markNotificationsRead } from './mark-notifications-read.ts'
import { showNotifications } from './viewing.ts'

export const notificationResolvers: Resolvers = {
  Query: {
    notifications(_, page, context, info) {
      const { userId } = requireViewer(context.caller)
      const asked = askedFields(info)
      return pageOf(
        {
          skeleton: (wanted) => context.notifications.ofUser(userId, wanted),
          cursorOf: (row) => encodeCursor(row.id),
          hydrate: (rows) => rows,
          visibleTo: 'by statement',
          present: (rows) => showNotifications(rows, context, asked.below('edges').below('node')),
        },
        pageArguments(page, 100),
        asked,
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
    markNotificationsRead: async (_, { input }, context) => ({
      unreadCount: await markNotificationsRead(context, input.upTo),
    }),
  },
  User: {
    unreadNotificationCount: ({ id }, _, { caller, notifications }) =>
      caller.viewer?.userId === id ? notifications.unreadOf(id) : null,
  },
  Notification: {
    // The statement that read them left out whom the viewer is not shown.
    actors: ({ actors }, { first }) =>
      allOf(actors.slice(0, pageArguments({ first }, actors.length).first), 'by statement'),
  },
}
