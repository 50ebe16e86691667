import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { unlessBlocked } from '../boundaries/visible-to.ts'
import { showChanged, type PeopleChanged } from '../people-changed.ts'
import type { SocialContext } from '../context.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showPeople } from '../viewing.ts'
import { changeFollow } from './change-follow.ts'

export const followResolvers: Resolvers = {
  User: {
    following: (user, page, context, info) => people(context, 'following', user.id, page, info),
    followers: (user, page, context, info) => people(context, 'followers', user.id, page, info),
    friends: (user, page, context, info) => people(context, 'friends', user.id, page, info),
  },
  Mutation: {
    followUser: (_, { input }, context, info) => change(context, input.userId, true, info),
    unfollowUser: (_, { input }, context, info) => change(context, input.userId, false, info),
  },
}

function people(
  context: SocialContext,
  list: 'following' | 'followers' | 'friends',
  ownerId: string,
  page: PageArguments,
  info: GraphQLResolveInfo,
) {
  return newestFirst(
    {
      pages: context.kept[list],
      ownerId,
      hydrate: (links) => links,
      visibleTo: unlessBlocked(context),
      present: (links, asked) =>
        showPeople(
          links.map(({ otherId }) => otherId),
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
): Promise<PeopleChanged> {
  const { followeeId, followerId } = await changeFollow(context, userId, followed)
  return showChanged(followeeId, followerId, context, askedFields(info))
}
