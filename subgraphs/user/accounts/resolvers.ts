import { idArgument, idsArgument, isId } from '../../../platform/ids.ts'
import type { UserContext } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { authenticationPayload } from '../sessions/authentication-payload.ts'
import { changePassword } from './change-password.ts'
import { nameArgument } from './credentials-arguments.ts'
import { login } from './login.ts'
import { register } from './register.ts'
import type { Account } from './repository.ts'

export const accountResolvers: Resolvers = {
  Query: {
    viewer: (_, _arguments, { caller, loaders }) => caller.viewer && loaders.account.load(caller.viewer.userId),
    user: (_, { id }, { loaders }) => loaders.account.load(idArgument(id)),
    users: (_, { ids }, { loaders }) => Promise.all(idsArgument(ids, 500).map((id) => shownAccount(loaders, id))),
    userByName: (_, { name }, { loaders }) => loaders.accountByName.load(nameArgument(name)),
  },
  User: {
    __resolveReference: ({ id }, { loaders }) => (isId(id) ? shownAccount(loaders, id) : null),
  },
  Mutation: {
    register: async (_, { input }, context) => authenticationPayload(context, await register(context, input)),
    login: async (_, { input }, context) => authenticationPayload(context, await login(context, input)),
    changePassword: async (_, { input }, context) =>
      authenticationPayload(context, await changePassword(context, input)),
  },
}

/** Whoever is banned is shown in no list and under nothing that he made; only who asks for him alone finds him. */
async function shownAccount({ account }: UserContext['loaders'], id: string): Promise<Account | null> {
  const found = await account.load(id)
  return found?.isBanned ? null : found
}
