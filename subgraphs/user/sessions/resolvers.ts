import { requireViewer } from '../../../platform/auth/caller.ts'
import { NotFound } from '../../../platform/runtime/errors.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { existingAccount } from '../accounts/existing-account.ts'
import type { Resolvers } from '../schema.generated.ts'
import { activeSession } from './active-session.ts'
import { authenticationPayload } from './authentication-payload.ts'
import { refreshSession } from './refresh-session.ts'
import { logout, revokeAllSessions, revokeSession } from './revoke-session.ts'

export const sessionResolvers: Resolvers = {
  Query: {
    sessions: (_, _arguments, { caller, stores }) => stores.sessions.activeOf(requireViewer(caller).userId),
    activeSession: (_, { id }, context) => activeSession(context, idArgument(id)),
  },
  Session: {
    user: async (session, _, context) => context.show(await existingAccount(context, session.userId)),
    isAdmin: async (session, _, context) => (await existingAccount(context, session.userId)).isAdmin,
    isCurrent: (session, _, { caller }) => session.id === caller.viewer?.sessionId,
  },
  Mutation: {
    refreshSession: async (_, { input }, context) =>
      authenticationPayload(context, await refreshSession(context, input.refreshToken)),
    logout: async (_, _arguments, context) => ({ sessionId: await logout(context) }),
    async revokeSession(_, { input }, context) {
      const sessionId = idArgument(input.sessionId)
      if (!(await revokeSession(context, sessionId))) {
        throw new NotFound({ en: 'You have no such session.', zh: '登录会话不存在。' })
      }
      return { sessionId }
    },
    revokeAllSessions: async (_, _arguments, context) => ({ sessionIds: await revokeAllSessions(context) }),
  },
}
