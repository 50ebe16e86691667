import { NotFound, Unauthenticated } from '../../platform/errors.ts'
import type { Payload, Question, QuestionEndpoint } from '../endpoint.ts'
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

export const profile: QuestionEndpoint = {
  method: 'GET',
  path: '/douyin/user',
  token: 'optional',
  neutral: () => ({ user: presentUser(null) }),
  ask(parameters): Question {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) {
      return {
        operation: 'OwnProfile',
        variables: {},
        present({ user }) {
          if (!user) throw new Unauthenticated()
          return { user: presentUser(user) }
        },
      }
    }
    return {
      operation: 'Profile',
      variables: { userId },
      present({ user }) {
        if (!user) throw new NotFound({ en: 'There is no such user.', zh: '用户不存在。' })
        return { user: presentUser(user) }
      },
    }
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
