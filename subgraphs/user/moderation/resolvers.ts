import { requireAdmin } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageOfAuditLog } from '../../audit-log.ts'
import type { Resolvers } from '../schema.generated.ts'
import { banUser, unbanUser } from './ban-user.ts'

export const moderationResolvers: Resolvers = {
  Query: {
    userAuditLog(_, page, { caller, stores }, info) {
      requireAdmin(caller)
      return pageOfAuditLog((wanted) => stores.moderation.log(wanted), page, askedFields(info))
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
