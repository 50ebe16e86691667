import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireAdmin, requireViewer } from '../../../platform/auth/caller.ts'
import { pageArguments, toConnection } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import type { Resolvers } from '../schema.generated.ts'
import { findAuthor } from '../videos/viewing.ts'
import { takeDownVideo } from './take-down-video.ts'

export const moderationResolvers: Resolvers = {
  Query: {
    async takenDownVideos(_, { first, after }, { caller, moderation }) {
      const page = pageArguments({ first, after }, 100)
      const rows = await moderation.ofAuthor(requireViewer(caller).userId, page)
      return toConnection(
        rows,
        page,
        ({ takenDownAt, id }) => encodeCursor(String(takenDownAt.getTime()), id),
        (row) => row,
      )
    },
    async videoAuditLog(_, { first, after }, { caller, moderation }) {
      requireAdmin(caller)
      const page = pageArguments({ first, after }, 100)
      const entries = await moderation.log(page)
      return toConnection(
        entries,
        page,
        ({ id }) => encodeCursor(id),
        (entry) => entry,
      )
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
