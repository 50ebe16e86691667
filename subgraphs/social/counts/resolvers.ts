import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import type { UserCounts, VideoCounts } from './repository.ts'

export const countResolvers: Resolvers = {
  Video: {
    favoriteCount: videoCount('favoriteCount'),
    commentCount: videoCount('commentCount'),
  },
  User: {
    followingCount: userCount('followCount'),
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
