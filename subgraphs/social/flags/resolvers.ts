import { idsArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'

export const flagResolvers: Resolvers = {
  Query: {
    async viewerFlags(_, { videoIds, userIds }, { caller, readFlags }) {
      const page = { videoIds: idsArgument(videoIds, 1_000), userIds: idsArgument(userIds, 1_000) }
      const flags = caller.viewer
        ? await readFlags({ viewerId: caller.viewer.userId, ...page })
        : { favoriteVideoIds: [], followedUserIds: [] }
      return { ...flags, changedLately: caller.changedLately ?? false }
    },
  },
}
