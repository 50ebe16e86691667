import { idsArgument } from '../../../platform/ids.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import type { UserCounts, VideoCounts } from './repository.ts'

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
    favoriteCount: videoCount('favoriteCount'),
    commentCount: videoCount('commentCount'),
  },
  User: {
    followCount: userCount('followCount'),
    followerCount: userCount('followerCount'),
    favoriteCount: userCount('favoriteCount'),
    totalFavorited: userCount('totalFavorited'),
  },
}

function videoCount(name: keyof VideoCounts) {
  return ({ id, counts }: VideoReference, _: unknown, { loaders }: SocialContext): number | Promise<number> =>
    counts ? counts[name] : loaders.videoCounts.load(id).then((read) => read[name])
}

function userCount(name: keyof UserCounts) {
  return ({ id, counts }: UserReference, _: unknown, { loaders }: SocialContext): number | Promise<number> =>
    counts ? counts[name] : loaders.userCounts.load(id).then((read) => read[name])
}
