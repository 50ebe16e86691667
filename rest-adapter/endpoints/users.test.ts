import { describe, expect, it } from 'vitest'
import { NotFound, Unauthenticated } from '../../platform/errors.ts'
import { alice, asked, presented, restAlice } from '../../testing/rest-endpoints.ts'
import { login, profile, register } from './users.ts'

describe('users', () => {
  it('register and log in', () => {
    const session = { accessToken: 'a-token', user: { id: '7' } }
    const given = { username: 'alice', password: 'secret' }
    expect(asked(register, given)).toEqual(['Register', { name: 'alice', password: 'secret' }])
    expect(asked(login)).toEqual(['Login', { name: '', password: '' }])
    expect(presented(register, given, 'Register', { register: session })).toEqual({ user_id: 7, token: 'a-token' })
    expect(presented(login, given, 'Login', { login: session })).toEqual({ user_id: 7, token: 'a-token' })
  })

  it('are looked up by id, or by the token without one', () => {
    expect(asked(profile, { user_id: 7 })).toEqual(['Profile', { userId: '7' }])
    expect(asked(profile, { user_id: 0 })).toEqual(['OwnProfile', {}])
    expect(asked(profile)).toEqual(['OwnProfile', {}])
    expect(presented(profile, { user_id: 7 }, 'Profile', { user: alice })).toEqual({ user: restAlice })
    expect(() => presented(profile, { user_id: 7 }, 'Profile', { user: null })).toThrow(NotFound)
    expect(() => presented(profile, {}, 'OwnProfile', { user: null })).toThrow(Unauthenticated)
  })
})
