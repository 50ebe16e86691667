import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { unlessBlocked } from '../boundaries/visible-to.ts'
import { showChanged, type UsersChanged } from '../users-changed.ts'
import type { SocialContext } from '../context.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showUsers } from '../viewing.ts'
import { changeFollow } from './change-follow.ts'

export const followResolvers: Resolvers = {
  User: {
    following: (user, page, context, info) => users(context, 'following', user.id, page, info),
    followers: (user, page, context, info) => users(context, 'followers', user.id, page, info),
    friends: (user, page, context, info) => users(context, 'friends', user.id, page, info),
  },
  Mutation: {
    followUser: (_, { input }, context, info) => change(context, input.userId, true, info),
    unfollowUser: (_, { input }, context, info) => change(context, input.userId, false, info),
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

async function change(
  context: SocialContext,
  userId: string,
  followed: boolean,
  info: GraphQLResolveInfo,
): Promise<UsersChanged> {
  const { followeeId, followerId } = await changeFollow(context, userId, followed)
  return showChanged(followeeId, followerId, context, askedFields(info))
}
