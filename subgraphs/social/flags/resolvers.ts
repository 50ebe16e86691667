import { idsArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { noFlags } from './repository.ts'

export const flagResolvers: Resolvers = {
  Query: {
    async viewerFlags(_, { videoIds, userIds }, { caller, readFlags }) {
      const page = { videoIds: idsArgument(videoIds, 1_000), userIds: idsArgument(userIds, 1_000) }
      const flags = caller.viewer ? await readFlags({ viewerId: caller.viewer.userId, ...page }) : noFlags()
      const hiddenUserIds = [...new Set([...flags.blockedUserIds, ...flags.mutedUserIds])]
      return { ...flags, hiddenUserIds, changedLately: caller.changedLately ?? false }
    },
  },
}
