import { idsArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'

const mostIds = 500

export const countResolvers: Resolvers = {
  Query: {
    async videoCounts(_, { ids }, { loaders }) {
      const counts = await Promise.all(idsArgument(ids, mostIds).map((id) => loaders.videoCounts.load(id)))
      return {
        favoriteCounts: counts.map(({ favoriteCount }) => favoriteCount),
        commentCounts: counts.map(({ commentCount }) => commentCount),
      }
    },
    async userCounts(_, { ids }, { loaders }) {
      const counts = await Promise.all(idsArgument(ids, mostIds).map((id) => loaders.userCounts.load(id)))
      return {
        followCounts: counts.map(({ followCount }) => followCount),
        followerCounts: counts.map(({ followerCount }) => followerCount),
        totalFavorited: counts.map(({ totalFavorited }) => totalFavorited),
        favoriteCounts: counts.map(({ favoriteCount }) => favoriteCount),
      }
    },
  },
  Video: {
    favoriteCount: async (video, _, { loaders }) => (await loaders.videoCounts.load(video.id)).favoriteCount,
    commentCount: async (video, _, { loaders }) => (await loaders.videoCounts.load(video.id)).commentCount,
  },
  User: {
    followCount: async (user, _, { loaders }) => (await loaders.userCounts.load(user.id)).followCount,
    followerCount: async (user, _, { loaders }) => (await loaders.userCounts.load(user.id)).followerCount,
    favoriteCount: async (user, _, { loaders }) => (await loaders.userCounts.load(user.id)).favoriteCount,
    totalFavorited: async (user, _, { loaders }) => (await loaders.userCounts.load(user.id)).totalFavorited,
  },
}
