import { requireViewer } from '../../../platform/caller.ts'
import { pageArguments, toConnection, type Connection, type PageArguments } from '../../../platform/connection.ts'
import { encodeCursor } from '../../../platform/cursor.ts'
import { BadUserInput } from '../../../platform/errors.ts'
import { idArgument } from '../../../platform/ids.ts'
import type { PeopleChanged, SocialContext, UserReference } from '../context.ts'
import { forgetReads } from '../loaders.ts'
import type { Resolvers } from '../schema.generated.ts'
import type { BoundaryKind } from './repository.ts'

export const boundaryResolvers: Resolvers = {
  Query: {
    blockedUsers: (_, page, context) => keptAway(context, 'BLOCK', page),
    mutedUsers: (_, page, context) => keptAway(context, 'MUTE', page),
  },
  Mutation: {
    blockUser: (_, { input }, context) => change(context, input.userId, 'BLOCK', true),
    unblockUser: (_, { input }, context) => change(context, input.userId, 'BLOCK', false),
    muteUser: (_, { input }, context) => change(context, input.userId, 'MUTE', true),
    unmuteUser: (_, { input }, context) => change(context, input.userId, 'MUTE', false),
  },
}

/** A page of whom the viewer keeps away; nobody else's can be asked for. */
async function keptAway(
  { caller, boundaries }: SocialContext,
  kind: BoundaryKind,
  { first, after }: PageArguments,
): Promise<Connection<UserReference>> {
  const page = pageArguments({ first, after }, 1_000)
  const rows = await boundaries.page(requireViewer(caller).userId, kind, page)
  return toConnection(
    rows,
    page,
    (row) => encodeCursor(row.id),
    (row) => ({ id: row.otherId }),
  )
}

async function change(
  context: SocialContext,
  userId: string,
  kind: BoundaryKind,
  kept: boolean,
): Promise<PeopleChanged> {
  const ownerId = requireViewer(context.caller).userId
  const otherId = idArgument(userId)
  if (otherId === ownerId) {
    throw new BadUserInput({ en: 'You cannot keep yourself away.', zh: '不能拉黑或屏蔽自己。' })
  }
  await context.boundaryChanges.submit({ id: context.ids.next(), ownerId, otherId, kind, kept })
  forgetReads(context.loaders)
  return { user: { id: otherId }, viewer: { id: ownerId } }
}
