import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireViewer } from '../../../platform/auth/caller.ts'
import {
  pageArguments,
  toConnection,
  type Connection,
  type PageArguments,
} from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { SocialContext, UserReference } from '../context.ts'
import { showChanged, type PeopleChanged } from '../people-changed.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showPeople } from '../viewing.ts'
import type { BoundaryKind } from './repository.ts'

export const boundaryResolvers: Resolvers = {
  Query: {
    blockedUsers: (_, page, context, info) => keptAway(context, 'BLOCK', page, info),
    mutedUsers: (_, page, context, info) => keptAway(context, 'MUTE', page, info),
  },
  Mutation: {
    blockUser: (_, { input }, context, info) => change(context, input.userId, 'BLOCK', true, info),
    unblockUser: (_, { input }, context, info) => change(context, input.userId, 'BLOCK', false, info),
    muteUser: (_, { input }, context, info) => change(context, input.userId, 'MUTE', true, info),
    unmuteUser: (_, { input }, context, info) => change(context, input.userId, 'MUTE', false, info),
  },
}

/** A page of whom the viewer keeps away; nobody else's can be asked for. */
async function keptAway(
  context: SocialContext,
  kind: BoundaryKind,
  { first, after }: PageArguments,
  info: GraphQLResolveInfo,
): Promise<Connection<UserReference>> {
  const page = pageArguments({ first, after }, 1_000)
  const rows = await context.boundaries.page(requireViewer(context.caller).userId, kind, page)
  const ids = rows.slice(0, page.first).map(({ otherId }) => otherId)
  const people = await showPeople(ids, context, askedFields(info).below('edges').below('node'))
  return toConnection(
    rows,
    page,
    (row) => encodeCursor(row.id),
    (_, index) => people[index] ?? null,
  )
}

async function change(
  context: SocialContext,
  userId: string,
  kind: BoundaryKind,
  kept: boolean,
  info: GraphQLResolveInfo,
): Promise<PeopleChanged> {
  const ownerId = requireViewer(context.caller).userId
  const otherId = idArgument(userId)
  if (otherId === ownerId) {
    throw new BadUserInput({ en: 'You cannot keep yourself away.', zh: '不能拉黑或屏蔽自己。' })
  }
  await context.boundaryChanges.submit({ id: context.ids.next(), ownerId, otherId, kind, kept })
  return showChanged(otherId, ownerId, context, askedFields(info))
}
