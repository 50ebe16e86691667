import { requireAdmin } from '../../../platform/auth/caller.ts'
import { pageArguments, toConnection } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import type { Resolvers } from '../schema.generated.ts'
import { banUser, unbanUser } from './ban-user.ts'

export const moderationResolvers: Resolvers = {
  Query: {
    async userAuditLog(_, { first, after }, { caller, stores }) {
      requireAdmin(caller)
      const page = pageArguments({ first, after }, 100)
      const entries = await stores.moderation.log(page)
      return toConnection(
        entries,
        page,
        ({ id }) => encodeCursor(id),
        (entry) => entry,
      )
    },
  },
  AuditEntry: {
    async actor({ actorId }, _, { loaders, show }) {
      const account = actorId === null ? null : await loaders.account.load(actorId)
      return account && show(account)
    },
  },
  User: {
    isAdmin: (user, _, { caller }) => (user.id === caller.viewer?.userId ? user.isAdmin : null),
  },
  Mutation: {
    banUser: async (_, { input }, context) => ({ user: context.show(await banUser(context, input)) }),
    unbanUser: async (_, { input }, context) => ({ user: context.show(await unbanUser(context, input)) }),
  },
}
