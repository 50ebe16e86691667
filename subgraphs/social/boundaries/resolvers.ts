import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireViewer } from '../../../platform/auth/caller.ts'
import { pageArguments, type Connection, type PageArguments } from '../../../platform/graphql/connection.ts'
import { pageOf, type Visible } from '../../../platform/graphql/list.ts'
import type { MaybePromise } from '../../../platform/graphql/maybe-promise.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import type { SocialContext, UserReference } from '../context.ts'
import { showChanged, type UsersChanged } from '../users-changed.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showUsers } from '../viewing.ts'
import { changeBoundary } from './change-boundary.ts'
import type { BoundaryKind } from './repository.ts'

export const boundaryResolvers: Resolvers = {
  Query: {
    blockedUsers: (_, page, context, info) => listOf(context, 'BLOCK', page, info),
    mutedUsers: (_, page, context, info) => listOf(context, 'MUTE', page, info),
  },
  Mutation: {
    blockUser: (_, { input }, context, info) => change(context, input.userId, 'BLOCK', true, info),
    unblockUser: (_, { input }, context, info) => change(context, input.userId, 'BLOCK', false, info),
    muteUser: (_, { input }, context, info) => change(context, input.userId, 'MUTE', true, info),
    unmuteUser: (_, { input }, context, info) => change(context, input.userId, 'MUTE', false, info),
  },
}

/** A page of whom the viewer has blocked or muted; nobody else's can be asked for. */
function listOf(
  context: SocialContext,
  kind: BoundaryKind,
  page: PageArguments,
  info: GraphQLResolveInfo,
): MaybePromise<Visible<Connection<UserReference>>> {
  const { userId } = requireViewer(context.caller)
  const asked = askedFields(info)
  return pageOf(
    {
      skeleton: (wanted) => context.boundaries.page(userId, kind, wanted),
      cursorOf: (row) => encodeCursor(row.id),
      hydrate: (rows) => rows,
      visibleTo: 'by statement',
      present: (rows) =>
        showUsers(
          rows.map(({ otherId }) => otherId),
          context,
          asked.below('edges').below('node'),
        ),
    },
    pageArguments(page, 1_000),
    asked,
  )
}

async function change(
  context: SocialContext,
  userId: string,
  kind: BoundaryKind,
  wanted: boolean,
  info: GraphQLResolveInfo,
): Promise<UsersChanged> {
  const { otherId, ownerId } = await changeBoundary(context, userId, kind, wanted)
  return showChanged(otherId, ownerId, context, askedFields(info))
}
