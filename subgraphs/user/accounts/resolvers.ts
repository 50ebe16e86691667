import { Unauthenticated } from '../../../platform/errors.ts'
import { idArgument, idsArgument } from '../../../platform/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { authenticationPayload } from '../sessions/authentication-payload.ts'
import { changePassword } from './change-password.ts'
import { nameArgument } from './credentials-arguments.ts'
import { login } from './login.ts'
import { register } from './register.ts'

export const accountResolvers: Resolvers = {
  Query: {
    viewer(_, _arguments, { caller, loaders }) {
      // Whoever takes himself to be signed in learns here that he is not.
      if (caller.hasInvalidToken) throw new Unauthenticated()
      return caller.viewer && loaders.account.load(caller.viewer.userId)
    },
    user: (_, { id }, { loaders }) => loaders.account.load(idArgument(id)),
    users: (_, { ids }, { loaders }) => Promise.all(idsArgument(ids, 500).map((id) => loaders.shownAccount.load(id))),
    userByName: (_, { name }, { loaders }) => loaders.accountByName.load(nameArgument(name)),
  },
  Mutation: {
    register: async (_, { input }, context) => authenticationPayload(context, await register(context, input)),
    login: async (_, { input }, context) => authenticationPayload(context, await login(context, input)),
    changePassword: async (_, { input }, context) =>
      authenticationPayload(context, await changePassword(context, input)),
  },
}
