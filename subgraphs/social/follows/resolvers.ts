import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireViewer } from '../../../platform/auth/caller.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { unlessBlocked } from '../boundaries/visible-to.ts'
import { showChanged, type UsersChanged } from '../users-changed.ts'
import type { SocialContext } from '../context.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showUsers } from '../viewing.ts'

export const followResolvers: Resolvers = {
  User: {
    following: (user, page, context, info) => users(context, 'following', user.id, page, info),
    followers: (user, page, context, info) => users(context, 'followers', user.id, page, info),
    friends: (user, page, context, info) => users(context, 'friends', user.id, page, info),
  },
  Mutation: {
    followUser: (_, { input }, context, info) => changeFollow(context, input.userId, true, info),
    unfollowUser: (_, { input }, context, info) => changeFollow(context, input.userId, false, info),
  },
}

function users(
  context: SocialContext,
  list: 'following' | 'followers' | 'friends',
  ownerId: string,
  page: PageArguments,
  info: GraphQLResolveInfo,
) {
  return newestFirst(
    {
      pages: context.cache[list],
      ownerId,
      hydrate: (edges) => edges,
      visibleTo: unlessBlocked(context),
      present: (edges, asked) =>
        showUsers(
          edges.map(({ otherId }) => otherId),
          context,
          asked,
        ),
    },
    page,
    context,
    askedFields(info),
  )
}

async function changeFollow(
  context: SocialContext,
  userId: string,
  followed: boolean,
  info: GraphQLResolveInfo,
): Promise<UsersChanged> {
  const viewer = requireViewer(context.caller)
  const followeeId = idArgument(userId)
  if (followeeId === viewer.userId) {
    throw new BadUserInput({ en: 'You cannot follow yourself.', zh: '不能关注自己。' })
  }
  await context.followChanges.submit({ id: context.ids.next(), followerId: viewer.userId, followeeId, followed })
  return showChanged(followeeId, viewer.userId, context, askedFields(info))
}
