import { NotFound, Unauthenticated } from '../../platform/runtime/errors.ts'
import type { GraphRequest, GraphEndpoint } from '../endpoint.ts'
import type { OwnUserQuery, UserQuery } from '../operations.generated.ts'
import { optionalId, textParameter, type Parameters } from '../parameters.ts'
import { noUser, presentUser, type RestUser } from '../presenters/user.ts'

interface SessionPayload {
  readonly user_id: number
  readonly token: string
}

export const register: GraphEndpoint<SessionPayload> = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/user/register',
  token: 'ignored',
  failurePayload: noSession,
  requestFor: (parameters) => ({
    operation: 'Register',
    variables: credentials(parameters),
    present: (data) => presentSession(data.register),
  }),
}

export const login: GraphEndpoint<SessionPayload> = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/user/login',
  token: 'ignored',
  failurePayload: noSession,
  requestFor: (parameters) => ({
    operation: 'Login',
    variables: credentials(parameters),
    present: (data) => presentSession(data.login),
  }),
}

interface ProfilePayload {
  readonly user: RestUser
}

export const profile: GraphEndpoint<ProfilePayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/user',
  token: 'optional',
  failurePayload: () => ({ user: noUser }),
  requestFor(parameters): GraphRequest<ProfilePayload> {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnUser', variables: {}, present: presentOwnProfile }
    return { operation: 'User', variables: { userId }, present: presentProfile }
  },
}

function presentProfile({ user }: UserQuery): ProfilePayload {
  if (!user) throw new NotFound({ en: 'This user does not exist.', zh: '用户不存在。' })
  return { user: presentUser(user) }
}

function presentOwnProfile({ user }: OwnUserQuery): ProfilePayload {
  if (!user) throw new Unauthenticated()
  return { user: presentUser(user) }
}

function credentials(parameters: Parameters): { name: string; password: string } {
  return { name: textParameter(parameters, 'username'), password: textParameter(parameters, 'password') }
}

function presentSession(session: {
  readonly accessToken: string
  readonly user: { readonly id: string }
}): SessionPayload {
  return { user_id: Number(session.user.id), token: session.accessToken }
}

function noSession(): SessionPayload {
  return { user_id: 0, token: '' }
}
