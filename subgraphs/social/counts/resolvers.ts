import type { Resolvers } from '../schema.generated.ts'

export const countResolvers: Resolvers = {
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
