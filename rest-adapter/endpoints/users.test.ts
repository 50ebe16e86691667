import { describe, expect, it } from 'vitest'
import { NotFound, Unauthenticated } from '../../platform/runtime/errors.ts'
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
    expect(asked(profile, { user_id: 5 })).toEqual(['User', { userId: '5' }])
    expect(asked(profile, { user_id: 0 })).toEqual(['OwnUser', {}])
    expect(asked(profile)).toEqual(['OwnUser', {}])
    expect(presented(profile, { user_id: 5 }, 'User', { user: alice })).toEqual({ user: restAlice })
    expect(presented(profile, {}, 'OwnUser', { user: alice })).toEqual({ user: restAlice })
  })

  it('are not found when there is none, and need a token without an id', () => {
    expect(() => presented(profile, { user_id: 5 }, 'User', { user: null })).toThrow(NotFound)
    expect(() => presented(profile, {}, 'OwnUser', { user: null })).toThrow(Unauthenticated)
  })

  it('are shown while nobody can tell their counts', () => {
    const uncounted = {
      followingCount: null,
      followerCount: null,
      totalFavorited: null,
      favoriteCount: null,
      isFollow: null,
    }
    expect(presented(profile, { user_id: 5 }, 'User', { user: { ...alice, ...uncounted, workCount: null } })).toEqual({
      user: {
        ...restAlice,
        follow_count: 0,
        follower_count: 0,
        total_favorited: 0,
        favorite_count: 0,
        work_count: 0,
        is_follow: false,
      },
    })
  })
})
