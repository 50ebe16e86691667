import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireAdmin, requireViewer } from '../../../platform/auth/caller.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { pageOfRows } from '../../../platform/graphql/list.ts'
import { pageOfAuditLog } from '../../audit-log.ts'
import type { Resolvers } from '../schema.generated.ts'
import { findAuthor } from '../videos/viewing.ts'
import type { TakeDownRow } from './repository.ts'
import { takeDownVideo } from './take-down-video.ts'

export const moderationResolvers: Resolvers = {
  Query: {
    takenDownVideos(_, page, { caller, moderation }, info) {
      const { userId } = requireViewer(caller)
      return pageOfRows<TakeDownRow>(
        {
          skeleton: (wanted) => moderation.ofAuthor(userId, wanted),
          cursorOf: ({ takenDownAt, id }) => encodeCursor(String(takenDownAt.getTime()), id),
          visibleTo: 'by statement',
        },
        pageArguments(page, 100),
        askedFields(info),
      )
    },
    videoAuditLog(_, page, { caller, moderation }, info) {
      requireAdmin(caller)
      return pageOfAuditLog((wanted) => moderation.log(wanted), page, askedFields(info))
    },
  },
  AuditEntry: {
    actor: (entry, _, context, info) => findAuthor(entry.actorId, context, askedFields(info)),
  },
  Mutation: {
    async takeDownVideo(_, { input }, context, info) {
      const authorId = await takeDownVideo(context, input)
      return { videoId: input.videoId, author: await findAuthor(authorId, context, askedFields(info).below('author')) }
    },
  },
}
