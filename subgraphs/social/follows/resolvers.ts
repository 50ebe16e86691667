import { requireViewer } from '../../../platform/caller.ts'
import type { PageArguments } from '../../../platform/connection.ts'
import { BadUserInput } from '../../../platform/errors.ts'
import { idArgument } from '../../../platform/ids.ts'
import { unlessBlocked } from '../boundaries/shown.ts'
import type { PeopleChanged, SocialContext } from '../context.ts'
import { forgetReads } from '../loaders.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'

export const followResolvers: Resolvers = {
  User: {
    following: (user, page, context) => people(context, 'following', user.id, page),
    followers: (user, page, context) => people(context, 'followers', user.id, page),
    friends: (user, page, context) => people(context, 'friends', user.id, page),
  },
  Mutation: {
    followUser: (_, { input }, context) => changeFollow(context, input.userId, true),
    unfollowUser: (_, { input }, context) => changeFollow(context, input.userId, false),
  },
}

function people(
  context: SocialContext,
  list: 'following' | 'followers' | 'friends',
  userId: string,
  page: PageArguments,
) {
  return newestFirst(
    context.loaders[list],
    userId,
    page,
    (follow) => ({ id: follow.otherId }),
    unlessBlocked(context, (follow) => follow.otherId),
  )
}

async function changeFollow(context: SocialContext, userId: string, followed: boolean): Promise<PeopleChanged> {
  const viewer = requireViewer(context.caller)
  const followeeId = idArgument(userId)
  if (followeeId === viewer.userId) {
    throw new BadUserInput({ en: 'You cannot follow yourself.', zh: '不能关注自己。' })
  }
  await context.followChanges.submit({ id: context.ids.next(), followerId: viewer.userId, followeeId, followed })
  forgetReads(context.loaders)
  return { user: { id: followeeId }, viewer: { id: viewer.userId } }
}
