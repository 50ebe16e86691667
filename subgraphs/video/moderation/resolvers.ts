import { requireAdmin, requireViewer } from '../../../platform/caller.ts'
import { pageArguments, toConnection } from '../../../platform/connection.ts'
import { encodeCursor } from '../../../platform/cursor.ts'
import type { Resolvers } from '../schema.generated.ts'
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
    actor: (entry) => ({ id: entry.actorId }),
  },
  Mutation: {
    async takeDownVideo(_, { input }, context) {
      const author = await takeDownVideo(context, input)
      for (const loader of Object.values(context.loaders)) loader.clearAll()
      return { videoId: input.videoId, author }
    },
  },
}
