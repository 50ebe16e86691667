import { NotFound, Unauthenticated } from '../../platform/errors.ts'
import type { Payload, QuestionEndpoint, ViewEndpoint } from '../endpoint.ts'
import { JsonText } from '../json-text.ts'
import { optionalId, textParameter, type Parameters } from '../parameters.ts'
import { presentUser } from '../presenters/user.ts'

export const register: QuestionEndpoint = {
  method: 'POST',
  path: '/douyin/user/register',
  token: 'ignored',
  neutral: noSession,
  ask: (parameters) => ({
    operation: 'Register',
    variables: credentials(parameters),
    present: (data) => presentSession(data.register),
  }),
}

export const login: QuestionEndpoint = {
  method: 'POST',
  path: '/douyin/user/login',
  token: 'ignored',
  neutral: noSession,
  ask: (parameters) => ({
    operation: 'Login',
    variables: credentials(parameters),
    present: (data) => presentSession(data.login),
  }),
}

export const profile: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/user',
  token: 'optional',
  neutral: () => ({ user: presentUser(null) }),
  async show(parameters, view) {
    const userId = optionalId(parameters, 'user_id') ?? (await view.viewerId())
    if (userId === null) throw new Unauthenticated()
    const user = await view.user(userId)
    if (user === null) throw new NotFound({ en: 'There is no such user.', zh: '用户不存在。' })
    return { user: new JsonText(user) }
  },
}

function credentials(parameters: Parameters): { name: string; password: string } {
  return { name: textParameter(parameters, 'username'), password: textParameter(parameters, 'password') }
}

function presentSession(session: { readonly accessToken: string; readonly user: { readonly id: string } }): Payload {
  return { user_id: Number(session.user.id), token: session.accessToken }
}

function noSession(): Payload {
  return { user_id: 0, token: '' }
}
