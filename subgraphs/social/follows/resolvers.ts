import { requireViewer } from '../../../platform/caller.ts'
import { BadUserInput } from '../../../platform/errors.ts'
import { idArgument } from '../../../platform/ids.ts'
import type { SocialContext, UserReference } from '../context.ts'
import { forgetReads } from '../loaders.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import type { FollowRow } from './repository.ts'

export const followResolvers: Resolvers = {
  User: {
    isFollow: (user, _, { loaders }) => loaders.isFollow.load(user.id),
    following: (user, page, { loaders }) => newestFirst(loaders.following, user.id, page, followee),
    followers: (user, page, { loaders }) => newestFirst(loaders.followers, user.id, page, follower),
    friends: (user, page, { loaders }) => newestFirst(loaders.friends, user.id, page, followee),
  },
  Mutation: {
    followUser: async (_, { input }, context) => ({ user: await changeFollow(context, input.userId, true) }),
    unfollowUser: async (_, { input }, context) => ({ user: await changeFollow(context, input.userId, false) }),
  },
}

async function changeFollow(context: SocialContext, userId: string, followed: boolean): Promise<UserReference> {
  const viewer = requireViewer(context.caller)
  const followeeId = idArgument(userId)
  if (followeeId === viewer.userId) {
    throw new BadUserInput({ en: 'You cannot follow yourself.', zh: '不能关注自己。' })
  }
  await context.followChanges.submit({ id: context.ids.next(), followerId: viewer.userId, followeeId, followed })
  forgetReads(context.loaders)
  return { id: followeeId }
}

function follower(follow: FollowRow): UserReference {
  return { id: follow.followerId }
}

function followee(follow: FollowRow): UserReference {
  return { id: follow.followeeId }
}
