import { Unauthenticated } from '../../../platform/runtime/errors.ts'
import { idArgument, idsArgument } from '../../../platform/graphql/ids.ts'
import { eachOf } from '../../../platform/graphql/list.ts'
import { shownProfiles } from '../references.ts'
import type { Resolvers } from '../schema.generated.ts'
import { authenticationPayload } from '../sessions/authentication-payload.ts'
import { changePassword } from './change-password.ts'
import { nameArgument } from './credentials-arguments.ts'
import { login } from './login.ts'
import { register } from './register.ts'

export const accountResolvers: Resolvers = {
  Query: {
    async viewer(_, _arguments, { caller, loaders, show }) {
      // A client with a rejected token believes that it is signed in; an error tells it otherwise.
      if (caller.hasInvalidToken) throw new Unauthenticated()
      const account = caller.viewer && (await loaders.account.load(caller.viewer.userId))
      return account && show(account)
    },
    async user(_, { id }, { caller, profiles, notBefore }) {
      const [found] = await profiles.get([idArgument(id)], notBefore)
      return found ? found.shownTo(caller) : null
    },
    users: (_, { ids }, context) =>
      eachOf(shownProfiles(idsArgument(ids, 500), context), { visibleTo: 'everybody', present: (found) => found }),
    async userByName(_, { name }, { loaders, show }) {
      const account = await loaders.accountByName.load(nameArgument(name))
      return account && show(account)
    },
  },
  Mutation: {
    register: async (_, { input }, context) => authenticationPayload(context, await register(context, input)),
    login: async (_, { input }, context) => authenticationPayload(context, await login(context, input)),
    changePassword: async (_, { input }, context) =>
      authenticationPayload(context, await changePassword(context, input)),
  },
}
