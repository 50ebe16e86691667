import { idsArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'

const mostIds = 500

export const countResolvers: Resolvers = {
  Query: {
    // Read now: the view of the REST adapter keeps them by itself.
    async videoCounts(_, { ids }, { kept }) {
      const counts = await kept.videoCounts.get(idsArgument(ids, mostIds), performance.now())
      return {
        favoriteCounts: counts.map((count) => count?.favoriteCount ?? 0),
        commentCounts: counts.map((count) => count?.commentCount ?? 0),
      }
    },
    async userCounts(_, { ids }, { kept }) {
      const counts = await kept.userCounts.get(idsArgument(ids, mostIds), performance.now())
      return {
        followCounts: counts.map((count) => count?.followCount ?? 0),
        followerCounts: counts.map((count) => count?.followerCount ?? 0),
        totalFavorited: counts.map((count) => count?.totalFavorited ?? 0),
        favoriteCounts: counts.map((count) => count?.favoriteCount ?? 0),
      }
    },
  },
}
