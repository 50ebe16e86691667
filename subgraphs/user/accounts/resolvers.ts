import { requireViewer } from '../../../platform/caller.ts'
import { idArgument, idsArgument, isId } from '../../../platform/ids.ts'
import type { UserContext } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import type { OpenedSession } from '../sessions/open-session.ts'
import { changePassword } from './change-password.ts'
import { nameArgument } from './credentials-arguments.ts'
import { existingAccount } from './existing-account.ts'
import { login } from './login.ts'
import { register } from './register.ts'

export const accountResolvers: Resolvers = {
  Query: {
    viewer: (_, _arguments, { caller, loaders }) => caller.viewer && loaders.account.load(caller.viewer.userId),
    user: (_, { id }, { loaders }) => loaders.account.load(idArgument(id)),
    users: (_, { ids }, { loaders }) => Promise.all(idsArgument(ids, 500).map((id) => loaders.account.load(id))),
    userByName: (_, { name }, { loaders }) => loaders.accountByName.load(nameArgument(name)),
  },
  User: {
    __resolveReference: ({ id }, { loaders }) => (isId(id) ? loaders.account.load(id) : null),
  },
  Mutation: {
    register: async (_, { input }, context) => authenticationPayload(context, await register(context, input)),
    login: async (_, { input }, context) => authenticationPayload(context, await login(context, input)),
    async changePassword(_, { input }, context) {
      await changePassword(context, input)
      return { user: await existingAccount(context, requireViewer(context.caller).userId) }
    },
  },
}

async function authenticationPayload(context: UserContext, { token, session }: OpenedSession) {
  return { token, expiresAt: session.expiresAt, user: await existingAccount(context, session.userId) }
}
